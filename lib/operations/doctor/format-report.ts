import type { Finding, Outcome, DoctorReport } from "./report";

const OUTCOME_LABELS: Record<Outcome, string> = { passed: "ok", warning: "note", failed: "WRONG", untested: "-" };

/** A report as lines for a terminal. What is well takes one line, what is not says how to mend it. */
export function formatReport({ driver, place, findings, capabilities, healthy }: DoctorReport): string {
  const where = Object.entries(place).map(([name, value]) => `  ${name}: ${value}`);
  const able = capabilities.map(({ title, supported: held, means }) => {
    const word = held === null ? "?" : held ? "yes" : "no";
    return `  ${word.padEnd(4)} ${title}\n       ${means}`;
  });
  return [
    `Storage: ${driver}`,
    ...where,
    "",
    ...findings.flatMap(formatFinding),
    ...(able.length > 0 ? ["", "What this store can do besides:", ...able] : []),
    "",
    formatSummary(findings, healthy),
  ].join("\n");
}

function formatFinding({ title, outcome, found, fix: mend }: Finding): string[] {
  const head = `${OUTCOME_LABELS[outcome].padEnd(6)} ${title}`;
  if (outcome === "passed") return [`${head}. ${found}`];
  return [head, `       ${found}`, ...(mend ? [`       To mend it: ${mend}`] : [])];
}

export function formatSummary(findings: readonly Finding[], healthy: boolean): string {
  const count = (outcome: Outcome) => findings.filter((each) => each.outcome === outcome).length;
  const [wrong, notes, untested] = [count("failed"), count("warning"), count("untested")];
  const besides = [
    ...(notes > 0 ? [`${notes} to note`] : []),
    ...(untested > 0 ? [`${untested} not tried`] : []),
  ];
  const rest = besides.length > 0 ? ` (${besides.join(", ")})` : "";
  return healthy
    ? `All is well${rest}.`
    : `${wrong} ${wrong === 1 ? "thing is" : "things are"} wrong${rest}.`;
}
