const NUMBER_WORDS = [
  "zero",
  "one",
  "two",
  "three",
  "four",
  "five",
  "six",
  "seven",
  "eight",
  "nine",
  "ten",
  "eleven",
  "twelve",
];
const UNIT_WORDS: Record<string, string> = { Y: "year", M: "month", W: "week", D: "day" };
const TIME_UNIT_WORDS: Record<string, string> = { H: "hour", M: "minute", S: "second" };

/** "six months" for P6M, "15 minutes" for PT15M, "one year and six months" for P1Y6M. */
export function formatIsoDuration(duration: string): string {
  const [date = "", time = ""] = duration.split("T");
  const parts = [[date, UNIT_WORDS] as const, [time, TIME_UNIT_WORDS] as const].flatMap(([text, words]) =>
    [...text.matchAll(/(\d+)([A-Z])/g)].map(([, count = "0", unit = ""]) => {
      const number = Number(count);
      return `${NUMBER_WORDS[number] ?? number} ${words[unit]}${number === 1 ? "" : "s"}`;
    }),
  );
  return parts.length > 1 ? `${parts.slice(0, -1).join(", ")} and ${parts.at(-1)}` : parts.join("");
}

const RETENTION_START_WORDS = new Map([
  ["decision", "the decision"],
  ["submission", "the upload"],
  ["issue", "the date of issue"],
  ["superseded", "the file is replaced"],
  ["leaving", "the member leaves"],
]);

/** "Deleted six months after the decision" */
export function formatRetention({ from, for: lasts }: { from: string; for: string }): string {
  return `Deleted ${formatIsoDuration(lasts)} after ${RETENTION_START_WORDS.get(from) ?? from}`;
}

/** "Deleted six months after the decision; without a decision one year after the upload" */
export function formatRule(rule: { from: string; for: string; undecidedFor: string }): string {
  const end = formatRetention(rule);
  return ["decision", "issue"].includes(rule.from)
    ? `${end}; without a decision ${formatIsoDuration(rule.undecidedFor)} after the upload`
    : end;
}
