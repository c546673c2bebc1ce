import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../server/root";

/** Which tests a run contains. */
export type Selection = {
  /** Every file of this tier, and the checks of the tree. */
  isWhole: boolean;
  isCampaign: boolean;
  words: readonly string[];
  /** The commit that changes are counted from, if only changed files are tested. */
  changedSince: string | null;
};

/** Reads the arguments of `npm test` and `npm run test:all`. Throws on an unknown option. */
export function selectionOf(args: readonly string[]): Selection {
  const isCampaign = args.includes("--all");
  const isChanged = args.includes("--changed");
  const words = args.filter((arg) => !arg.startsWith("--"));
  const unknown = args.filter((arg) => arg.startsWith("--") && arg !== "--all" && arg !== "--changed");
  if (unknown.length > 0) throw new Error(`Unknown option ${unknown.join(", ")}. Known: --changed.`);
  if (isChanged)
    return { isWhole: false, isCampaign, words: [], changedSince: words[0] ?? commonCommitWithMain() };
  return { isWhole: words.length === 0, isCampaign, words, changedSince: null };
}

/** Returns the specs of e2e/ that belong to a selection. */
export function specsOf({ isWhole, words, changedSince }: Selection): string[] {
  const specs = readdirSync(join(root, "e2e"))
    .filter((name) => name.endsWith(".spec.ts"))
    .map((name) => `e2e/${name}`);
  if (isWhole) return specs;
  const changed = changedSince === null ? [] : changedFiles(changedSince);
  return specs.filter((spec) => words.some((word) => spec.includes(word)) || changed.includes(spec));
}

function changedFiles(since: string): string[] {
  return git("diff", "--name-only", since).split("\n");
}

function commonCommitWithMain(): string {
  for (const branch of ["origin/main", "main"]) {
    try {
      return git("merge-base", "HEAD", branch);
    } catch {
      // The clone has no such branch.
    }
  }
  return "HEAD";
}

function git(...args: string[]): string {
  return execFileSync("git", args, {
    cwd: root,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  }).trim();
}
