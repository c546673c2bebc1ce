import type { LogAttributes, Log } from "../log";

export type LogLine = { level: string; message: string; facts: LogAttributes };

/** A log that remembers what it was told. */
export function createRecordingLog(): { log: Log; lines: LogLine[] } {
  const lines: LogLine[] = [];
  const hear =
    (level: string) =>
    (message: string, facts: LogAttributes = {}) => {
      lines.push({ level, message, facts });
    };
  const log = {
    debug: hear("debug"),
    info: hear("info"),
    warn: hear("warn"),
    error: hear("error"),
    isEnabled: () => true,
  };
  return { log, lines };
}
