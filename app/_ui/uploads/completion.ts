import type { Crop } from "@/lib/inspect/crop";
import { problemOf } from "../call-api";
import { type Told, toldBy } from "./answers";
import { Failure, failureOf, PROBLEMS } from "./failure";
import { pauseBefore } from "./patience";
import { type Persistence, persevere } from "./persevere";
import type { Tools } from "./tools";

export type Settled = Extract<Told, { state: "completed" | "refused" }>;

/** Milliseconds. */
const CHECKING_AT_MOST = 10 * 60_000;

/**
 * Asks the server to make a file of what has arrived, and looks again while it checks. "not there": something has yet to be sent; "ended": the
 * ticket is over, or not to be seen by whoever is signed in by now.
 */
export async function completion(
  tools: Tools,
  { id, crop }: { id: string; crop: Crop | undefined },
  persistence: Persistence,
): Promise<Settled | "ended" | "not there"> {
  const { transport, now, wait } = tools;
  const { signal } = persistence;
  const path = `/api/uploads/${id}`;
  const complete = () => transport.call("POST", `${path}/complete`, { body: crop ? { crop } : {}, signal });
  const look = () => transport.call("GET", path, { signal });
  const since = now();
  let answer = await persevere(tools, complete, persistence);
  for (let looks = 1; ; looks += 1) {
    const told = toldBy(answer.body);
    if (told?.state === "completed" || told?.state === "refused") return told;
    if (told?.state === "ended") return "ended";
    if (!told) {
      const problem = problemOf(answer);
      if (problem.code === "not_uploaded") return "not there";
      if (problem.code === "gone" || problem.code === "not_found") return "ended";
      if (problem.code !== "conflict") throw failureOf(answer);
    }
    if (now() - since > CHECKING_AT_MOST) throw new Failure(PROBLEMS.stillChecking);
    await wait(pauseBefore(looks, answer.retryAfter), signal);
    // Given back by the server: nobody is checking it, so it has to be completed again.
    answer = await persevere(tools, told?.state === "issued" ? complete : look, persistence);
  }
}
