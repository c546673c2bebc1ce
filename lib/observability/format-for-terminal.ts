/** Formats a JSON line for a terminal: `09:41:07 warn  What happened. name=value`. */
export function formatForTerminal(line: string): string {
  const { level, time, msg, ...attributes }: Record<string, unknown> = JSON.parse(line);
  const pairs = Object.entries(attributes).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${[msg, ...pairs].join(" ")}\n`;
}
