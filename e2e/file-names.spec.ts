import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { expect, type Person, test } from "./people";

/** Every static file, by its address: what lies in `public`, what the build made, and the icons of the app folder. */
function staticPaths(): string[] {
  const below = (folder: string) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) =>
        relative(folder, join(entry.parentPath, entry.name)).split(sep).map(encodeURIComponent).join("/"),
      );
  return [
    ...below("public").map((path) => `/${path}`),
    ...below(".next/static").map((path) => `/_next/static/${path}`),
    "/icon.svg",
    "/favicon.ico",
  ];
}

/** What somebody is given at each address: status, type and content. */
async function answers({ request }: Person, paths: string[]): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const path of paths) {
    const answer = await request.get(path);
    // A page that says "not found" carries a nonce of its own each time.
    const hash = answer.ok()
      ? createHash("sha256")
          .update(await answer.body())
          .digest("hex")
      : "";
    found.set(path, `${answer.status()} ${answer.headers()["content-type"]} ${hash}`);
  }
  return found;
}

const NAMES = [
  "favicon.ico",
  "robots.txt",
  "icon.svg",
  "_next/static/x.js",
  "../../public/robots.txt",
  "..\\..\\public\\robots.txt",
  "%2e%2e%2f_next%2fstatic%2fx.js",
];

test("whatever the files of members are called, no static file changes and none appears", async ({
  people,
}) => {
  const [ada, stranger] = [await people.member(), await people.visitor()];
  const paths = [...staticPaths(), "/_next/static/x.js", "/scanned.pdf"];
  expect(paths.length).toBeGreaterThan(20);
  const before = await answers(stranger, paths);
  expect(before.get("/robots.txt")).toMatch(/^200 text\/plain/);
  const filesBefore = hashesBelow("public", ".next/static");

  const handedIn: string[] = [];
  for (const name of NAMES)
    handedIn.push((await ada.uploadFile("medicalLetter", "phone-landscape.jpg", name)).name);
  await ada.uploadFile("profilePicture", "phone-landscape.jpg", "favicon.ico");
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });

  expect(await answers(stranger, paths)).toEqual(before);
  expect(hashesBelow("public", ".next/static")).toEqual(filesBefore);
  await ada.page.goto("/documents");
  for (const name of handedIn) await expect(ada.page.getByText(name, { exact: true }).first()).toBeVisible();
});

test("a public picture has an address of its own, apart from every static one, and answers as a picture only", async ({
  people,
  baseURL,
}, { project }) => {
  const ada = await people.member();
  await ada.uploadFile("profilePicture", "phone-landscape.jpg", "robots.txt");
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const { picture } = await ada.profile();
  const variants = picture?.variants ?? [];
  expect(variants.length).toBeGreaterThan(2);
  for (const { url, type } of variants) {
    const { origin, pathname } = new URL(url, baseURL);
    if (project.name === "s3") expect(origin).not.toBe(baseURL);
    else expect(pathname).toMatch(/^\/(media|api\/storage)\//);
    expect(pathname).not.toMatch(/_next|robots/);
    const answer = await fetch(new URL(url, baseURL));
    expect(answer.headers.get("content-type")).toBe(type);
    expect(answer.headers.get("cache-control")).toBe("public, max-age=60");
    // The same key below what serves static files leads nowhere.
    const key = pathname.split("/").slice(-2).join("/");
    for (const prefix of ["/", "/_next/static/", "/static/", "/assets/"])
      expect((await ada.request.get(`${prefix}${key}`)).status(), `${prefix}${key}`).toBe(404);
  }
});

function hashesBelow(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort()
      .map((path) => `${path} ${createHash("sha256").update(readFileSync(path)).digest("hex")}`),
  );
}
