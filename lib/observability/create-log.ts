import type { Logger } from "pino";
import { LOG_LEVELS, type LogLevel } from "../log-levels";
import { currentRequest } from "./current-request";
import { formatForTerminal } from "./format-for-terminal";
import type { Log, LogAttributes } from "./log";

export type LogSettings = {
  level: LogLevel;
  /** Writes text for a terminal instead of JSON. */
  humanReadable?: boolean;
  /** File descriptor: 1, or 2 for commands that print a result to 1. */
  fileDescriptor?: 1 | 2;
};

type LogLine = { level: Exclude<LogLevel, "silent">; message: string; attributes: LogAttributes };

/**
 * Creates a log in JSON lines: `level`, `time` (ISO 8601), `request` (the request's id), the
 * attributes, `msg`. The call writes the line before it returns, because a process may crash after
 * it. A line costs some 5 us.
 *
 * The first line loads pino: a serverless function then has a faster cold start. Lines wait some
 * milliseconds for it.
 */
export function createLog({
  level,
  humanReadable = false,
  fileDescriptor = 1,
}: LogSettings): Log & { ready(): Promise<void> } {
  let logger: Logger | undefined;
  let loading: Promise<void> | undefined;
  const waiting: LogLine[] = [];
  const threshold = LOG_LEVELS.indexOf(level);
  const isEnabled = (name: LogLevel) => LOG_LEVELS.indexOf(name) >= threshold && level !== "silent";

  async function load(): Promise<void> {
    const { pino, stdTimeFunctions } = await import("pino");
    const file = pino.destination({ fd: fileDescriptor, sync: true });
    const settings = {
      level,
      base: null,
      timestamp: stdTimeFunctions.isoTime,
      formatters: { level: (label: string) => ({ level: label }) },
    };
    logger = pino(
      settings,
      humanReadable ? { write: (line: string) => file.write(formatForTerminal(line)) } : file,
    );
    for (const line of waiting.splice(0)) logger[line.level](line.attributes, line.message);
  }

  const ready = () => {
    loading ??= load();
    return loading;
  };
  const write =
    (name: LogLine["level"]) =>
    (message: string, own: LogAttributes = {}) => {
      if (!isEnabled(name)) return;
      const request = currentRequest()?.id;
      const attributes = request === undefined ? own : { request, ...own };
      if (logger) {
        logger[name](attributes, message);
        return;
      }
      waiting.push({ level: name, message, attributes });
      void ready();
    };
  return {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
    isEnabled,
    ready,
  };
}
