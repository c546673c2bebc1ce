import { expect, test } from "vitest";
import { staticPolicyOf, urlPathOf } from "./policy";

test.each(["/_next/static/chunks/1f2e.js", "/_next/static/media/dossier.0a1b2c3d4e5f.png"])(
  "%s has a digest in its path and is cached as immutable",
  (address) => {
    const { isFingerprinted, cacheControl } = staticPolicyOf(address);
    expect(isFingerprinted).toBe(true);
    expect(cacheControl).toBe("public, max-age=31536000, immutable");
  },
);

test.each([
  "/favicon.ico",
  "/robots.txt",
  "/dossier.png",
  "/static/a.js",
  "/_next/staticx/a.js",
  "/x/_next/static/a.js",
])("%s may change and is revalidated", (address) => {
  const { isFingerprinted, cacheControl } = staticPolicyOf(address);
  expect(isFingerprinted).toBe(false);
  expect(cacheControl).not.toContain("immutable");
  expect(cacheControl).toContain("must-revalidate");
});

test.each([
  ["/_next/static/chunks/a.js", "text/javascript; charset=utf-8", true],
  ["/_next/static/chunks/a.css", "text/css; charset=utf-8", true],
  ["/robots.txt", "text/plain; charset=utf-8", true],
  ["/icon.svg", "image/svg+xml", true],
  ["/favicon.ico", "image/x-icon", true],
  ["/_next/static/media/a.woff2", "font/woff2", false],
  ["/dossier.png", "image/png", false],
  ["/no-extension", "application/octet-stream", false],
])("%s is served as %s", (address, contentType, isCompressible) => {
  expect(staticPolicyOf(address)).toMatchObject({ contentType, isCompressible });
});

test.each([
  ["/_next/static/chunks/0a-b_c~1.js", "/_next/static/chunks/0a-b_c~1.js"],
  ["/my form.pdf", "/my%20form.pdf"],
  ["/Zoë's.png", "/Zo%C3%AB's.png"],
  ["/card@2x(1)[a]+b.png", "/card@2x(1)[a]+b.png"],
  ["/100%.txt", "/100%25.txt"],
  ["/why?.txt", "/why%3F.txt"],
  ["/c#.txt", "/c%23.txt"],
  ["/a\\b.txt", "/a%5Cb.txt"],
])("the path %s is requested as %s", (address, path) => {
  expect(urlPathOf(address)).toBe(path);
});
