import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { request } from "node:http";
import { mapConcurrently } from "../lib/concurrency";
import { fixturePath } from "../lib/inspect/testing/fixtures";
import { copyFolderTo, hashFolders, hashTarget } from "../lib/operations/static/testing/hashes";
import { openStaticBucket, type TestStaticBucket } from "../lib/operations/static/testing/static-bucket";
import { openTestStore } from "../tests/stores/test-store";
import { expect, type Person, test } from "./people";

const FOLDERS = ["public", ".next/static", ".static"];
/** File names that would name static files if the server used them as paths. */
const NAMES = [
  "_next/static/chunks/x.js",
  "/_next/static/x.js",
  "favicon.ico",
  "robots.txt",
  "icon.svg",
  "../../public/robots.txt",
  "..\\..\\public\\robots.txt",
  "..%2f..%2fpublic%2frobots.txt",
  "%2e%2e/%2e%2e/.next/static/x.js",
  "_manifests/x.json",
  "robots.txt\u0000.pdf",
  "\u202etxt.stobor",
  ".static",
];

/** Lists the URL path of every static file. */
function staticPaths(): string[] {
  const below = (folder: string, at: string) =>
    hashFolders(folder).map((line) => `${at}${line.slice(folder.length + 1, line.lastIndexOf(" "))}`);
  return [
    ...below("public", "/"),
    ...below(".next/static", "/_next/static/"),
    "/icon.svg",
    "/apple-icon.png",
  ];
}

/** Returns status, type and hash of each static file as a visitor gets it. */
async function hashResponses(origin: string): Promise<string[]> {
  return mapConcurrently(staticPaths(), 16, async (address) => {
    const response = await fetch(`${origin}${address}`);
    const hash = createHash("sha256").update(Buffer.from(await response.arrayBuffer()));
    return `${address} ${response.status} ${response.headers.get("content-type")} ${hash.digest("hex")}`;
  });
}

/** Sends a request without normalising its path. */
function requestRaw(
  origin: string,
  method: string,
  path: string,
  cookie = "",
  body = "alert(1)",
): Promise<number> {
  const { hostname, port } = new URL(origin);
  const headers = {
    origin,
    cookie,
    "content-type": "application/octet-stream",
    "content-length": body.length,
  };
  return new Promise((done, fail) => {
    const sent = request({ hostname, port, method, path, headers, agent: false }, (response) => {
      response.resume();
      response.on("end", () => done(response.statusCode ?? 0));
    });
    sent.on("error", fail);
    sent.end(method === "GET" ? undefined : body);
  });
}

/**
 * Lists what an attacker turns a ticket to: static files of the site and of its bucket, and paths
 * above its own key.
 */
function redirectedTargets(
  key: string,
  bucket: TestStaticBucket | null,
): { method?: string; path: string }[] {
  const ofSite = ["/_next/static/x.js", "/robots.txt", `${key}/../../../robots.txt`];
  const ofBucket = ["_next/static/x.js", "robots.txt", ""].map((name) => `/${bucket?.name}/${name}`);
  return [
    ...ofSite.map((path) => ({ path })),
    ...(bucket
      ? ["PUT", "POST", "DELETE"].flatMap((method) => ofBucket.map((path) => ({ method, path })))
      : []),
  ];
}

/** Sends every request of a member that names a static file. */
async function attack(ada: Person, origin: string, bucket: TestStaticBucket | null): Promise<void> {
  const cookies = await ada.page.context().cookies();
  const cookie = cookies.map(({ name, value }) => `${name}=${value}`).join("; ");
  const bytes = readFileSync(await fixturePath("phone-landscape.jpg"));
  const sha256 = createHash("sha256").update(bytes).digest("base64");
  const declared = { type: "image/jpeg", size: bytes.length, sha256 };
  const refused = async (method: string, path: string, body?: object) => {
    const response = await ada.sendWrite(method, path, body);
    expect([400, 401, 403, 404, 405, 409, 415, 422], `${method} ${path}`).toContain(response.status());
  };

  for (const name of NAMES) {
    // The server may accept it as a file name, which it only displays. It refuses it as anything
    // else.
    const response = await ada.sendWrite("POST", "/api/uploads", {
      field: "medicalLetter",
      name,
      ...declared,
    });
    expect([201, 422], name).toContain(response.status());
    if (response.status() === 201) {
      const { id, upload } = await response.json();
      const { method, headers } = upload;
      const url = new URL(upload.url, origin);
      expect(decodeURIComponent(url.pathname)).not.toMatch(/_next|robots|favicon|icon|\.\.|manifest|static/);
      // Media and static files share this store, so the ticket could reach the bucket.
      if (bucket) expect(url.host).toBe(bucket.host);
      for (const { path, ...other } of redirectedTargets(url.pathname, bucket)) {
        const sent = { method, ...other, headers, body: bytes };
        const response = await fetch(new URL(path + url.search, url), sent);
        expect([400, 403, 404, 405], `${sent.method} ${path}`).toContain(response.status);
      }
      await fetch(url, { method, headers, body: bytes });
      await ada.sendWrite("POST", `/api/uploads/${id}/complete`);
      await ada.sendWrite("DELETE", `/api/uploads/${id}`);
    }
    await refused("POST", "/api/uploads", { field: name, name: "a.jpg", ...declared });
    await refused("POST", "/api/uploads", { field: "medicalLetter", name: "a.jpg", ...declared, key: name });
    await refused("PATCH", "/api/profile", { handle: name });
    await refused("GET", `/api/profiles/${encodeURIComponent(name)}`);
    const places = ["", "public/", "private/", "static/", "../"].flatMap((place) =>
      [name, encodeURIComponent(name)].map((key) => `/api/storage/${place}${key}`),
    );
    const requests = places.flatMap((path) => ["PUT", "GET", "DELETE"].map((method) => ({ method, path })));
    await mapConcurrently(requests, 16, async ({ method, path }) => {
      // A browser encodes what a request line cannot hold.
      const status = await requestRaw(
        origin,
        method,
        path.replace(/[^\x21-\x7e]/g, encodeURIComponent),
        cookie,
      );
      // Next redirects double slashes (308).
      expect([308, 400, 403, 404, 405], `${method} ${path}`).toContain(status);
    });
  }
  for (const handle of ["_next", "static", "public", "api", "favicon-ico/", "robots.txt", "icon.svg"])
    await refused("PATCH", "/api/profile", { handle });
  for (const address of [
    "/robots.txt",
    "/favicon.ico",
    "/icon.svg",
    "/_next/static/x.js",
    "/_next/static/../../x",
  ])
    for (const method of ["PUT", "DELETE", "PATCH"])
      expect([400, 404, 405], `${method} ${address}`).toContain(
        await requestRaw(origin, method, address, cookie),
      );
}

test("no request of a member changes, adds or removes a static file", async ({ people, baseURL }, {
  project,
}) => {
  const site = baseURL ?? "";
  const ada = await people.member();
  const store = project.name === "s3" ? await openTestStore() : { skipped: "no bucket on local storage" };
  const bucket = "skipped" in store ? null : await openStaticBucket(store);
  try {
    if (bucket) await copyFolderTo(".static", bucket.target);
    const snapshot = async () => ({
      disk: hashFolders(...FOLDERS),
      served: await hashResponses(site),
      bucket: bucket ? await hashTarget(bucket.target) : [],
    });
    const before = await snapshot();
    expect(before.disk.length).toBeGreaterThan(50);
    expect(before.served.filter((line) => / 200 /.test(line)).length).toBe(before.served.length);
    if (bucket) expect(before.bucket.length).toBeGreaterThan(50);
    await attack(ada, site, bucket);
    expect(await snapshot()).toEqual(before);
  } finally {
    await bucket?.close();
  }
});

test("media URLs serve no static file, and static URLs serve no media", async ({ people, baseURL }, {
  project,
}) => {
  const site = baseURL ?? "";
  const ada = await people.member();
  await ada.uploadFile("profilePicture", "phone-landscape.jpg");
  await ada.writeOk("PATCH", "/api/profile", { visibility: "public" });
  const { picture } = await ada.profile();
  const pictures = (picture?.variants ?? []).map(({ url }) => new URL(url, site));
  expect(pictures.length).toBeGreaterThan(2);
  // This store names the bucket in the first path segment. Local storage serves media below one
  // path.
  const local = `${site}/api/storage/public/`;
  const [bucketAt = ""] = /^http:\/\/[^/]+\/[^/]+\//.exec(pictures[0]?.href ?? "") ?? [];
  const media = project.name === "local" ? local : bucketAt;
  expect(media.startsWith(site)).toBe(project.name === "local");
  for (const { href } of pictures) expect(href.startsWith(media)).toBe(true);
  const keys = pictures.map(({ href }) => href.slice(media.length));

  const places = [media, ...(project.name === "local" ? [`${site}/api/storage/`] : [])];
  const elsewhere = staticPaths().flatMap((address) => places.map((place) => place + address.slice(1)));
  await mapConcurrently(elsewhere, 16, async (url) => {
    expect([400, 403, 404], url).toContain((await fetch(url)).status);
  });
  for (const key of keys) {
    expect((await fetch(media + key)).status).toBe(200);
    for (const place of ["/", "/_next/static/", "/_next/static/media/", "/public/", "/static/"])
      expect((await fetch(`${site}${place}${key}`)).status, `${place}${key}`).toBe(404);
  }
  const store = project.name === "s3" ? await openTestStore() : { skipped: "no bucket on local storage" };
  if ("skipped" in store) return;
  const bucket = await openStaticBucket(store);
  try {
    const at = `${bucket.settings.endpoint}/${bucket.name}/`;
    const published = "_next/static/chunks/published.js";
    const as = { contentType: "text/javascript", cacheControl: "no-store" };
    await bucket.target.put(published, Buffer.from("export {}"), as, { replace: false });
    expect((await fetch(at + published)).status).toBe(200);
    for (const key of keys) expect([403, 404]).toContain((await fetch(at + key)).status);
    expect([403, 404]).toContain((await fetch(media + published)).status);
  } finally {
    await bucket.close();
  }
});

test("a public picture is served as a picture, away from static paths", async ({ people, baseURL }, {
  project,
}) => {
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
    const response = await fetch(new URL(url, baseURL));
    expect(response.headers.get("content-type")).toBe(type);
    expect(response.headers.get("cache-control")).toBe("public, max-age=60");
    // No static path serves the same key.
    const key = pathname.split("/").slice(-2).join("/");
    for (const prefix of ["/", "/_next/static/", "/static/", "/assets/"])
      expect((await ada.request.get(`${prefix}${key}`)).status(), `${prefix}${key}`).toBe(404);
  }
});
