import type { Finding, Outcome, Report } from "./report";

const MARKS: Record<Outcome, string> = { passed: "ok", warning: "note", failed: "WRONG", untested: "-" };

/** A report as lines for a terminal. What is well takes one line, what is not says how to mend it. */
export function printed({ driver, place, findings, capabilities, healthy }: Report): string {
  const where = Object.entries(place).map(([name, value]) => `  ${name}: ${value}`);
  const able = capabilities.map(({ title, held, means }) => {
    const word = held === null ? "?" : held ? "yes" : "no";
    return `  ${word.padEnd(4)} ${title}\n       ${means}`;
  });
  return [
    `Storage: ${driver}`,
    ...where,
    "",
    ...findings.flatMap(lines),
    ...(able.length > 0 ? ["", "What this store can do besides:", ...able] : []),
    "",
    verdict(findings, healthy),
  ].join("\n");
}

function lines({ title, outcome, found, mend }: Finding): string[] {
  const head = `${MARKS[outcome].padEnd(6)} ${title}`;
  if (outcome === "passed") return [`${head}. ${found}`];
  return [head, `       ${found}`, ...(mend ? [`       To mend it: ${mend}`] : [])];
}

export function verdict(findings: readonly Finding[], healthy: boolean): string {
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
