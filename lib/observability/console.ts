import type { Log, LogAttributes } from "./log";
import { serializeError } from "./serialize-error";

// One per process, as the log.
const processGlobals = globalThis as typeof globalThis & { dossierLoggedErrors?: WeakSet<object> };
processGlobals.dossierLoggedErrors ??= new WeakSet();
const loggedErrors = processGlobals.dossierLoggedErrors;

/** Milliseconds in which our code can log a printed error with more attributes. */
const PRINT_DELAY_MS = 200;

/** Logs an error once, although a library prints it too, before or after. */
export function logOnce(log: Log, message: string, error: unknown, attributes: LogAttributes = {}): void {
  if (typeof error === "object" && error !== null) {
    if (loggedErrors.has(error)) return;
    loggedErrors.add(error);
  }
  log.error(message, { ...attributes, error: serializeError(error) });
}

/**
 * Sends to the log what libraries and Next print to the console. Only the first words of a text
 * remain, because the rest can quote personal data. Information is logged at level debug.
 */
export function redirectConsole(log: Log): void {
  const printer =
    (level: "debug" | "warn" | "error") =>
    (...values: unknown[]): void => {
      const text = values.find((value) => typeof value === "string");
      const errors = values.filter((value) => value instanceof Error);
      const write = () => {
        if (errors.length > 0 && errors.every((error) => loggedErrors.has(error))) return;
        for (const error of errors) loggedErrors.add(error);
        log[level]("A library says something.", {
          ...(text === undefined ? {} : { said: removeQuotedText(text) }),
          ...(errors.length > 0 ? { errors: errors.map((error) => serializeError(error)) } : {}),
        });
      };
      // Next prints a page's error before it reports it to us, and our line has more attributes.
      if (errors.length > 0) setTimeout(write, PRINT_DELAY_MS);
      else write();
    };
  console.log = printer("debug");
  console.info = printer("debug");
  console.warn = printer("warn");
  console.error = printer("error");
}

/**
 * Cuts a printed text before the first colon, quote or bracket, behind which libraries quote data.
 * The word that contains such a sign goes too.
 */
function removeQuotedText(text: string): string {
  const words = /^[\p{L}\s,.!⨯⚠-]*(?=\s|:|$)/u.exec(text)?.[0] ?? "";
  return words.trim().slice(0, 80);
}
