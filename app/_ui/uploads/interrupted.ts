import { callApi, problemOf } from "../call-api";
import { toldBy } from "./answers";
import { completion } from "./completion";
import { asFailure, PROBLEMS } from "./failure";
import { bytesIn } from "./parts";
import type { Tools } from "./tools";
import { browserRecords, type Unfinished } from "./unfinished";
import type { UploadProblem } from "./upload-state";

/**
 * An upload that stopped on this device. `waiting` for its file, with the bytes that have arrived once the server has said it; `arrived`, so that what is
 * left needs no file; or `refused`, which nobody was there to hear.
 */
export type Interrupted = Unfinished &
  (
    | { stands: "waiting"; arrived?: number }
    | { stands: "arrived" }
    | { stands: "refused"; problem: UploadProblem }
  );

/**
 * "in" where it was completed after all, which the page may have been made too early to show; null where there is nothing to go on with. "Not found" is also what a foreign upload is: where somebody else has signed in since this page came, the
 * record waits for its owner, and two days at most.
 */
export async function standingOf(record: Unfinished): Promise<Interrupted | "in" | null> {
  const answer = await callApi("GET", `/api/uploads/${record.id}`);
  const told = toldBy(answer.body);
  if (told?.state === "issued" && told.parts) {
    const arrived = bytesIn(told.received, told.parts, record.size);
    return arrived === record.size
      ? { ...record, stands: "arrived" }
      : { ...record, stands: "waiting", arrived };
  }
  // Checked by nobody, perhaps: whoever asks for the completion again finds out.
  if (told?.state === "inspecting") return { ...record, stands: "arrived" };
  if (told?.state === "refused") return { ...record, stands: "refused", problem: told.problem };
  if (answer.status === 401 || answer.status === 404) return null;
  if (!told) return { ...record, stands: "waiting" };
  browserRecords.forget(record.id);
  return told.state === "completed" ? "in" : null;
}

/** Has a file made of what has arrived. "moved": it stands otherwise by now, and is to be looked at. */
export async function finish(
  tools: Tools,
  id: string,
  signal: AbortSignal,
): Promise<"in" | "moved" | UploadProblem> {
  try {
    const end = await completion(tools, { id, crop: undefined }, { signal, onStall: () => {} });
    if (end === "not there") return PROBLEMS.notThrough;
    if (end === "ended" || end.state === "refused") return "moved";
    browserRecords.forget(id);
    return "in";
  } catch (thrown) {
    signal.throwIfAborted();
    const { problem, refused } = asFailure(thrown);
    return refused ? "moved" : problem;
  }
}

/** Gives it back to the server: what has arrived is destroyed. What keeps that from happening, in words. */
export async function discard({ id }: Unfinished): Promise<string | null> {
  const answer = await callApi("DELETE", `/api/uploads/${id}`);
  if (answer.status === 404) return PROBLEMS.notHere.detail;
  if (answer.status !== 204) return problemOf(answer).detail;
  browserRecords.forget(id);
  return null;
}
