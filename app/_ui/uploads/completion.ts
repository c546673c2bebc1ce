import type { Crop } from "@/lib/inspect/crop";
import { problemOf } from "../call-api";
import { type Told, toldBy } from "./answers";
import { Failure, failureOf, PROBLEMS } from "./failure";
import { pauseInCheck } from "./patience";
import { type Persistence, persevere } from "./persevere";
import type { Tools } from "./tools";

export type Settled = Extract<Told, { state: "completed" | "refused" }>;

/** Milliseconds. */
const CHECKING_AT_MOST = 10 * 60_000;

/**
 * Asks the server to make a file of what has arrived, and asks again while it checks: the same question, which repeats its answer, and takes a check up
 * again that died on its way. "not there": something has yet to be sent; "ended": the ticket is over, or not to be seen by whoever is signed in by now.
 */
export async function completion(
  tools: Tools,
  { id, crop }: { id: string; crop: Crop | undefined },
  persistence: Persistence,
): Promise<Settled | "ended" | "not there"> {
  const { transport, now, wait, random } = tools;
  const { signal } = persistence;
  const body = crop ? { crop } : {};
  const complete = () => transport.call("POST", `/api/uploads/${id}/complete`, { body, signal });
  const since = now();
  for (;;) {
    const answer = await persevere(tools, complete, persistence);
    const told = toldBy(answer.body);
    if (told?.state === "completed" || told?.state === "refused") return told;
    if (told?.state === "ended") return "ended";
    if (!told) {
      const problem = problemOf(answer);
      if (problem.code === "not_uploaded") return "not there";
      if (problem.code === "gone" || problem.code === "not_found") return "ended";
      if (problem.code !== "conflict") throw failureOf(answer);
    }
    const lasted = now() - since;
    if (lasted > CHECKING_AT_MOST) throw new Failure(PROBLEMS.stillChecking);
    await wait(pauseInCheck(lasted, random, answer.retryAfter), signal);
  }
}
