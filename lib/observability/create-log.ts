import type { Logger } from "pino";
import { currentRequest } from "./current-request";
import { type LogAttributes, LOG_LEVELS, type Log, type LogLevel } from "./log";
import { formatForTerminal } from "./format-for-terminal";

export type LogSettings = {
  level: LogLevel;
  /** For a person at a terminal, instead of a line of JSON for a program. */
  humanReadable?: boolean;
  /** File descriptor: 1, or 2 for commands whose output is an answer. */
  fileDescriptor?: 1 | 2;
};

type LogLine = { level: Exclude<LogLevel, "silent">; message: string; facts: LogAttributes };

/**
 * A log in JSON lines: `level`, `time` (ISO 8601), `request` (the id, within one), the facts, `msg`. Lines are written before the call returns, so that a
 * process that dies has said why; that costs some 5 us each.
 *
 * Pino is loaded with the first line and not with the application: a function on a serverless platform would pay for it in each cold start, before it
 * has anything to say. Until it is there lines wait, for some milliseconds.
 */
export function createLog({
  level,
  humanReadable: forPeople = false,
  fileDescriptor: to = 1,
}: LogSettings): Log & { ready(): Promise<void> } {
  let logger: Logger | undefined;
  let loading: Promise<void> | undefined;
  const waiting: LogLine[] = [];
  const least = LOG_LEVELS.indexOf(level);
  const says = (name: LogLevel) => LOG_LEVELS.indexOf(name) >= least && level !== "silent";

  async function load(): Promise<void> {
    const { pino, stdTimeFunctions } = await import("pino");
    const file = pino.destination({ fd: to, sync: true });
    const settings = {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    };
    logger = pino(settings, forPeople ? { write: (line: string) => file.write(formatForTerminal(line)) } : file);
    for (const line of waiting.splice(0)) logger[line.level](line.facts, line.message);
  }

  const ready = () => {
    loading ??= load();
    return loading;
  };
  const say =
    (name: LogLine["level"]) =>
    (message: string, about: LogAttributes = {}) => {
      if (!says(name)) return;
      const request = currentRequest()?.id;
      const facts = request === undefined ? about : { request, ...about };
      if (logger) {
        logger[name](facts, message);
        return;
      }
      waiting.push({ level: name, message, facts });
      void ready();
    };
  return { debug: say("debug"), info: say("info"), warn: say("warn"), error: say("error"), isEnabled: says, ready };
}
