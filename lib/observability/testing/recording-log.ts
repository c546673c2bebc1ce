import type { Log, LogAttributes } from "../log";

export type LogLine = { level: string; message: string; facts: LogAttributes };

/** Creates a log that records its lines. */
export function createRecordingLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const record =
    (level: string) =>
    (message: string, facts: LogAttributes = {}) => {
      lines.push({ level, message, facts });
    };
  const log = {
    debug: record("debug"),
    info: record("info"),
    warn: record("warn"),
    error: record("error"),
    isEnabled: () => true,
  };
  return { log, lines };
}
