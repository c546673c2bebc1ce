import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, test } from "vitest";
import { root } from "../../server/root";

const read = (path: string) => readFileSync(join(root, path), "utf8");

// The folders that a path in the documents begins with. Other words with a slash are URLs, keys or
// packages.
const FOLDERS = [
  "app",
  "lib",
  "server",
  "scripts",
  "bench",
  "prisma",
  "e2e",
  "tests",
  "docs",
  "deploy",
  "public",
  ".github",
  ".devcontainer",
  ".ci",
];
/** The bench has packages of its own. */
const NOT_OURS = /^lib\/db\/generated\/|(^|\/)node_modules\//;
const files = [
  ...readdirSync(root, { withFileTypes: true }).flatMap((entry) => (entry.isFile() ? [entry.name] : [])),
  ...FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((path) => `${folder}/${path}`),
  ),
].filter((path) => !NOT_OURS.test(path));
const pages = files.filter((path) => path.endsWith(".md"));
const sources = files.filter((path) =>
  /\.(tsx?|mjs|js|css|service|prisma|yml|yaml)$|^Dockerfile$/.test(path),
);
const decisions = readdirSync(join(root, "docs/decisions"))
  .filter((name) => /^\d{4}-/.test(name))
  .sort();

const folderPattern = FOLDERS.map((folder) => folder.replace(".", "\\.")).join("|");
const CODE_PATH = new RegExp(`\`((?:${folderPattern})/[^\`\\s]*)\``, "g");
const LINK = /\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g;

function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replace(/\s/g, "-"),
  );
}

/** A pattern such as `lib/storage/<name>/` exists if the folder before its variable part does. */
function exists(path: string): boolean {
  const fixed = path.split(/[*<…{]/)[0] ?? "";
  return existsSync(join(root, fixed === path ? path : fixed.slice(0, fixed.lastIndexOf("/") + 1)));
}

/** Collects what `findBroken` returns for each page, with the page's name. */
function brokenIn(findBroken: (text: string, page: string) => string[]): string[] {
  return pages.flatMap((page) => findBroken(read(page), page).map((words) => `${page}: ${words}`));
}

test("the documents name only code paths that exist", () => {
  const broken = brokenIn((text) =>
    [...text.matchAll(CODE_PATH)].map(([, path = ""]) => path).filter((path) => !exists(path)),
  );
  expect(broken).toEqual([]);
});

test("the documents link only to pages and headings that exist", () => {
  const broken = brokenIn((text, page) => {
    const links = [...text.matchAll(LINK)].map(([, link, picture]) => link ?? picture ?? "");
    return links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const target = path ? normalize(join(dirname(page), path)) : page;
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
  });
  expect(broken).toEqual([]);
});

test("the documents name only npm commands that exist", () => {
  const commands = Object.keys(JSON.parse(read("package.json")).scripts);
  const broken = brokenIn((text) =>
    [...text.matchAll(/\bnpm run (?:-s )?([a-z][a-z:0-9-]*)/g)]
      .map(([, name = ""]) => name)
      .filter((name) => !commands.includes(name)),
  );
  expect(broken).toEqual([]);
});

test("the index of decisions lists every record once", () => {
  const links = [...read("docs/decisions/README.md").matchAll(/\]\((\d{4}-[^)]+)\)/g)];
  expect(links.map(([, name]) => name)).toEqual(decisions);
});

test("every decision has a date, a status and the three sections", () => {
  const form =
    /^# \d+\. .+\n\n\d{4}-\d\d-\d\d, (accepted|replaced).*\*\*Context\.\*\*.*\*\*Decision\.\*\*.*\*\*Consequences\.\*\*/s;
  expect(decisions.filter((name) => !form.test(read(join("docs/decisions", name))))).toEqual([]);
});

test("source files name only decisions and documents that exist", () => {
  const numbers = new Set(decisions.map((name) => Number(name.slice(0, 4))));
  const broken = sources.flatMap((path) => {
    const text = read(path);
    const unknownNumbers = [...text.matchAll(/\bdecision (\d+)\b|docs\/decisions\/(\d{4})/g)]
      .filter(([, one, other]) => !numbers.has(Number(one ?? other)))
      .map(([words]) => words);
    const missingPages = [...text.matchAll(/(?<![\w/.])docs\/[\w/-]+\.md\b/g)]
      .map(([name]) => name)
      .filter((name) => !existsSync(join(root, name)));
    return [...unknownNumbers, ...missingPages].map((words) => `${path}: ${words}`);
  });
  expect(broken).toEqual([]);
});
