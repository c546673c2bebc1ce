import type { Facts, Log } from "../log";

export type Line = { level: string; message: string; facts: Facts };

/** A log that remembers what it was told. */
export function heardLog(): { log: Log; lines: Line[] } {
  const lines: Line[] = [];
  const hear =
    (level: string) =>
    (message: string, facts: Facts = {}) => {
      lines.push({ level, message, facts });
    };
  const log = {
    debug: hear("debug"),
    info: hear("info"),
    warn: hear("warn"),
    error: hear("error"),
    says: () => true,
  };
  return { log, lines };
}
