import { callApi, problemOf } from "../call-api";
import { toldBy } from "./answers";
import { PROBLEMS } from "./failure";
import { bytesIn } from "./parts";
import { browserRecords, type Unfinished } from "./unfinished";

/** An upload that stopped on this device. `arrived` in bytes, once the server has said it. */
export type Interrupted = Unfinished & { arrived?: number };

/**
 * Null where there is nothing to go on with. "Not found" is also what a foreign upload is: where somebody else has signed in since this page came, the
 * record waits for its owner, and two days at most.
 */
export async function standingOf(record: Unfinished): Promise<Interrupted | null> {
  const answer = await callApi("GET", `/api/uploads/${record.id}`);
  const told = toldBy(answer.body);
  if (told?.state === "issued" && told.parts)
    return { ...record, arrived: bytesIn(told.received, told.parts, record.size) };
  if (told?.state === "inspecting" || answer.status === 401 || answer.status === 404) return null;
  if (!told) return record;
  browserRecords.forget(record.id);
  return null;
}

/** Gives it back to the server: what has arrived is destroyed. What keeps that from happening, in words. */
export async function discard({ id }: Unfinished): Promise<string | null> {
  const answer = await callApi("DELETE", `/api/uploads/${id}`);
  if (answer.status === 404) return PROBLEMS.notHere.detail;
  if (answer.status !== 204 && answer.status !== 409) return problemOf(answer).detail;
  browserRecords.forget(id);
  return null;
}
