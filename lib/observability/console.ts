import type { LogAttributes, Log } from "./log";
import { serializeError } from "./serialize-error";

// One per process, as the log is.
const processGlobals = globalThis as typeof globalThis & { dossierLoggedErrors?: WeakSet<object> };
processGlobals.dossierLoggedErrors ??= new WeakSet();
const loggedErrors = processGlobals.dossierLoggedErrors;

/** Milliseconds that what a library prints is held back for whoever knows more of it. */
const PRINT_DELAY_MS = 200;

/** Logs an error that somebody else prints as well, before or after: theirs is dropped. */
export function logOnce(log: Log, message: string, thrown: unknown, facts: LogAttributes = {}): void {
  if (typeof thrown === "object" && thrown !== null) {
    if (loggedErrors.has(thrown)) return;
    loggedErrors.add(thrown);
  }
  log.error(message, { ...facts, error: serializeError(thrown) });
}

/**
 * From here on what libraries and Next print goes through the log (what is no warning, for those alone who ask for everything), and without what they quote: of a text remains what stands
 * before the first thing that might be somebody's.
 */
export function redirectConsole(log: Log): void {
  const heard =
    (level: "debug" | "warn" | "error") =>
    (...said: unknown[]): void => {
      const words = said.find((one) => typeof one === "string");
      const thrown = said.filter((one) => one instanceof Error);
      const tell = () => {
        if (thrown.length > 0 && thrown.every((one) => loggedErrors.has(one))) return;
        for (const one of thrown) loggedErrors.add(one);
        log[level]("A library says something.", {
          ...(words === undefined ? {} : { said: removeQuotedText(words) }),
          ...(thrown.length > 0 ? { errors: thrown.map((one) => serializeError(one)) } : {}),
        });
      };
      // Next prints an error of a page first and reports it to us afterwards, and we have more to say of it.
      if (thrown.length > 0) setTimeout(tell, PRINT_DELAY_MS);
      else tell();
    };
  console.log = heard("debug");
  console.info = heard("debug");
  console.warn = heard("warn");
  console.error = heard("error");
}

/** Libraries say what is wrong first, and with what afterwards: behind a colon, in quotes or brackets. The word that holds such a sign goes with it. */
function removeQuotedText(text: string): string {
  const words = /^[\p{L}\s,.!⨯⚠-]*(?=\s|:|$)/u.exec(text)?.[0] ?? "";
  return words.trim().slice(0, 80);
}
