import type { Facts, Log } from "./log";
import { told } from "./told";

const seen = new WeakSet<object>();

/** Logs an error that somebody else will print as well: their word is dropped then. */
export function logOnce(log: Log, message: string, thrown: unknown, facts: Facts = {}): void {
  if (typeof thrown === "object" && thrown !== null) {
    if (seen.has(thrown)) return;
    seen.add(thrown);
  }
  log.error(message, { ...facts, error: told(thrown) });
}

/**
 * From here on what libraries and Next print as warnings and errors goes through the log, and without what they quote: of a text remains what stands
 * before the first thing that might be somebody's. Returns what takes it back.
 */
export function bridgeConsole(log: Log): () => void {
  const { warn, error } = console;
  const heard =
    (level: "warn" | "error") =>
    (...said: unknown[]): void => {
      const thrown = said.filter((one) => one instanceof Error);
      if (thrown.length > 0 && thrown.every((one) => seen.has(one))) return;
      for (const one of thrown) seen.add(one);
      const words = said.find((one) => typeof one === "string");
      log[level]("A library says something.", {
        ...(words === undefined ? {} : { said: harmless(words) }),
        ...(thrown.length > 0 ? { errors: thrown.map((one) => told(one)) } : {}),
      });
    };
  console.warn = heard("warn");
  console.error = heard("error");
  return () => {
    console.warn = warn;
    console.error = error;
  };
}

/** Libraries say what is wrong first, and with what afterwards: behind a colon, in quotes or brackets. The word that holds such a sign goes with it. */
function harmless(text: string): string {
  const words = /^[\p{L}\s,.!⨯⚠-]*(?=\s|:|$)/u.exec(text)?.[0] ?? "";
  return words.trim().slice(0, 80);
}
