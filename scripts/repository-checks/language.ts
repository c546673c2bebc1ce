import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";

const MAX_TITLE_WORDS = 12;
const MAX_COMMENT_COLUMNS = 100;
/** Words that hide the actor, and metaphors that this code base once used. */
const DIALECT =
  /\b(nobody|somebody|whoever|whatever is|is told|are told|doom(?:ed|s)?|spared?|the front|mend(?:s|ed|ing)?|dear to)\b/i;
const COMMENT_LINE = /^\s*(?:\/\/|\/\*|\*(?!\/))/;

/**
 * Checks the tracked TypeScript and JavaScript files below a folder against the language rule of
 * CONTRIBUTING.md: test titles of at most 12 words, comment lines of at most 100 columns, no
 * dialect in either. Returns one line for each fault.
 */
export function findLanguageFaults(folder: string): string[] {
  const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
    cwd: folder,
    encoding: "utf8",
  }).split("\n");
  return files
    .filter((file) => /\.(ts|tsx|mjs)$/.test(file) && existsSync(join(folder, file)))
    .flatMap((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      return [...commentFaults(text), ...titleFaults(file, text)].map((fault) => `${file}:${fault}`);
    });
}

/** Returns `line: fault` for each comment line that breaks the rule. */
export function commentFaults(text: string): string[] {
  return text.split("\n").flatMap((line, index) => {
    if (!COMMENT_LINE.test(line)) return [];
    const dialect = DIALECT.exec(line)?.[0];
    return [
      ...(line.length > MAX_COMMENT_COLUMNS ? [`${index + 1}: comment of ${line.length} columns`] : []),
      ...(dialect ? [`${index + 1}: comment says "${dialect}"`] : []),
    ];
  });
}

/**
 * Returns `line: fault` for each test title that breaks the rule. A placeholder of a table counts
 * as one word.
 */
export function titleFaults(file: string, text: string): string[] {
  if (!/\.(test|spec)\.tsx?$|\/testing\/|^tests\//.test(file)) return [];
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const faults: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isCallExpression(node) && isTestCall(node.expression)) {
      const [title] = node.arguments;
      if (title && (ts.isStringLiteralLike(title) || ts.isTemplateExpression(title))) {
        const words = title.getText(source).slice(1, -1);
        const line = source.getLineAndCharacterOfPosition(title.getStart(source)).line + 1;
        const count = words
          .replace(/\$\{[^}]*\}/g, "x")
          .trim()
          .split(/\s+/).length;
        const dialect = DIALECT.exec(words)?.[0];
        if (count > MAX_TITLE_WORDS) faults.push(`${line}: title of ${count} words: ${words}`);
        if (dialect) faults.push(`${line}: title says "${dialect}": ${words}`);
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(source);
  return faults;
}

/** `test(...)`, `describe.skipIf(...)(...)`, `test.each(...)(...)`. */
function isTestCall(expression: ts.Expression): boolean {
  if (ts.isIdentifier(expression)) return ["test", "it", "describe"].includes(expression.text);
  if (ts.isPropertyAccessExpression(expression)) return isTestCall(expression.expression);
  return ts.isCallExpression(expression) && isTestCall(expression.expression);
}
