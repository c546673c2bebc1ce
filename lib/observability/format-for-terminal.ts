/** One line of JSON as a person at a terminal reads it: `09:41:07 warn  What happened. fact=value`. */
export function formatForTerminal(line: string): string {
  const { level, time, msg, ...facts }: Record<string, unknown> = JSON.parse(line);
  const said = Object.entries(facts).map(
    ([name, value]) => `${name}=${typeof value === "string" ? value : JSON.stringify(value)}`,
  );
  return `${String(time).slice(11, 19)} ${String(level).padEnd(5)} ${[msg, ...said].join(" ")}\n`;
}
