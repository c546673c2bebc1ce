import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../server/root";

const files = execFileSync("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: root,
  encoding: "utf8",
})
  .split("\n")
  .filter((path) => path && existsSync(join(root, path)));
const read = (path: string) => readFileSync(join(root, path), "utf8");

const pages = files.filter((path) => path.endsWith(".md"));
const sources = files.filter((path) =>
  /\.(tsx?|mjs|js|css|service|prisma)$|^(Dockerfile|compose\.yaml)$/.test(path),
);
const decisions = readdirSync(join(root, "docs/decisions")).filter((name) => /^\d{4}-/.test(name));

// Folders that a path in the documents can begin with. Other words with a slash are URLs, keys or packages.
const FOLDERS =
  "app|lib|server|scripts|bench|prisma|e2e|tests|docs|deploy|public|\\.github|\\.devcontainer|\\.ci";
const CODE_PATH = new RegExp(`\`((?:${FOLDERS})/[^\`\\s]*)\``, "g");
const LINK = /\]\(([^)\s]+)\)|(?:src|srcset)="([^"]+)"/g;

/** The anchors of a page's headings, as GitHub makes them. */
function anchorsOf(text: string): string[] {
  return [...text.matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replace(/[^\w\s-]/g, "")
      .replace(/\s/g, "-"),
  );
}

/** A pattern such as `lib/storage/<name>/` or `tests/faults/*.test.ts` exists if its fixed beginning does. */
function exists(path: string): boolean {
  const fixed = path.split(/[*<…{]/)[0] ?? "";
  const whole = fixed === path ? path : fixed.slice(0, fixed.lastIndexOf("/") + 1);
  return existsSync(join(root, whole));
}

describe("the documents", () => {
  test.each(pages)("name only code paths that exist: %s", (page) => {
    const named = [...read(page).matchAll(CODE_PATH)].map(([, path = ""]) => path.replace(/:\d+$/, ""));
    expect(named.filter((path) => !exists(path))).toEqual([]);
  });

  test.each(pages)("link only to pages and headings that exist: %s", (page) => {
    const links = [...read(page).matchAll(LINK)].map(([, link, picture]) => link ?? picture ?? "");
    const broken = links.filter((link) => {
      if (/^[a-z]+:/.test(link)) return false;
      const [path = "", anchor] = link.split("#");
      const target = path ? normalize(join(dirname(page), path)) : page;
      if (!existsSync(join(root, target))) return true;
      return anchor !== undefined && !anchorsOf(read(target)).includes(anchor);
    });
    expect(broken).toEqual([]);
  });

  test.each(pages)("name only npm commands that exist: %s", (page) => {
    const scripts = Object.keys(JSON.parse(read("package.json")).scripts);
    const named = [...read(page).matchAll(/\bnpm run (?:-s )?([a-z][a-z:-]*)/g)].map(([, name = ""]) => name);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });

  test("the index of decisions lists every record once", () => {
    const listed = [...read("docs/decisions/README.md").matchAll(/\]\((\d{4}-[^)]+)\)/g)].map(
      ([, name]) => name,
    );
    expect(listed).toEqual(decisions);
  });

  test.each(decisions)("each record has a date, a status and the three sections: %s", (name) => {
    const text = read(join("docs/decisions", name));
    expect(text).toMatch(/^# \d+\. .+\n\n\d{4}-\d\d-\d\d, (accepted|replaced)/);
    for (const section of ["Context", "Decision", "Consequences"]) expect(text).toContain(`**${section}.**`);
  });
});

test("source files name only decisions and documents that exist", () => {
  const numbers = new Set(decisions.map((name) => Number(name.slice(0, 4))));
  const broken = sources.flatMap((path) => {
    const text = read(path);
    const cited = [...text.matchAll(/\bdecision (\d+)\b|docs\/decisions\/(\d{4})/g)]
      .filter(([, one, other]) => !numbers.has(Number(one ?? other)))
      .map(([words]) => words);
    const named = [...text.matchAll(/(?<![\w/.])docs\/[\w/-]+\.md/g)]
      .map(([name]) => name)
      .filter((name) => !existsSync(join(root, name)));
    return [...cited, ...named].map((words) => `${path}: ${words}`);
  });
  expect(broken).toEqual([]);
});
