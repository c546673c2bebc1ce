import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import config from "../next.config.js";

// Each page has to be in the lists that no tool derives from the file system. A page that is
// missing in one of them fails here, by its name.

const PAGES = readdirSync("app", { recursive: true, encoding: "utf8" })
  .filter((path) => /(^|\/)page\.tsx$/.test(path))
  .map((path) => `/${path.replace(/\.tsx$/, "")}`)
  .sort();

/** Pages that call the store, so their functions need its SDK. */
const PAGES_WITH_STORE = new Set(["/admin/page", "/admin/storage/page"]);

const ACCESSIBILITY_TABLE = readFileSync("e2e/accessibility.spec.ts", "utf8");
const excludes: Record<string, string[]> = config.outputFileTracingExcludes ?? {};

/** Returns the URL path of a page. Folders in parentheses are not part of it. */
function routeOf(page: string): string {
  return page.replace(/\/page$/, "").replace(/\/\([^)]+\)/g, "") || "/";
}

/** Next applies a key to every page whose path contains a match. */
function matches(key: string, page: string): boolean {
  const pattern = key
    .replace(/[.+^${}()|]/g, "\\$&")
    .replaceAll("**", ".+")
    .replace(/(?<!\.)\*/g, "[^/]+");
  return new RegExp(pattern).test(page);
}

/** Tells whether a layout of the page brings the utility classes with `PageFrame`. */
function hasPageFrame(page: string): boolean {
  for (let folder = dirname(page); ; folder = dirname(folder)) {
    const names = readdirSync(join("app", folder));
    if (
      names.includes("layout.tsx") &&
      /_ui\/page-frame"/.test(readFileSync(join("app", folder, "layout.tsx"), "utf8"))
    )
      return true;
    if (folder === "/") return false;
  }
}

test("the list of pages is not empty", () => {
  expect(PAGES).toContain("/review/page");
});

test.each(PAGES)("%s has states in e2e/accessibility.spec.ts", (page) => {
  expect(ACCESSIBILITY_TABLE).toContain(`\n  "${routeOf(page)}": {`);
});

test.each(PAGES)("%s leaves out the store's SDK in next.config.js, or calls the store", (page) => {
  const keys = Object.keys(excludes).filter((key) => excludes[key]?.join().includes("@aws-sdk"));
  const isExcluded = keys.some((key) => matches(key, page));
  expect(isExcluded, `signingOnly in next.config.js and ${page}`).toBe(!PAGES_WITH_STORE.has(page));
});

test.each(PAGES)("%s loads the styles of the utility classes it uses", (page) => {
  const source = readFileSync(join("app", `${page}.tsx`), "utf8");
  const usesUtilities = /className="[^"]*\b(grid|flex|text-|gap-|[mp][xytrbl]?-\d)/.test(source);
  const loadsUtilities = hasPageFrame(page) || /utilities\.css"/.test(source);
  expect(loadsUtilities || !usesUtilities, `import utilities.css in ${page}`).toBe(true);
});
