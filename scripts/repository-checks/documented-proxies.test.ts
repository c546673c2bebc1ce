import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { root } from "../../server/root";

const pages = ["deploy.md", "static.md"].map((name) => ({
  name,
  text: readFileSync(join(root, "docs", name), "utf8"),
}));
/** Configurations of an nginx that TRUSTED_PROXIES makes the application trust. */
const samples = pages.flatMap(({ name, text }) =>
  [...text.matchAll(/^```nginx\n([\s\S]*?)^```/gm)]
    .map(([, block = ""]) => ({ name, block }))
    .filter(({ block }) => block.includes("127.0.0.1:3000")),
);

describe("a documented proxy", () => {
  test("a proxy is documented in deploy.md and static.md", () => {
    expect(samples.map(({ name }) => name)).toEqual(["deploy.md", "static.md"]);
  });

  test.each(samples)("a documented proxy overwrites client address and request id: $name", ({ block }) => {
    for (const line of [
      "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
      "proxy_set_header X-Request-Id $request_id;",
    ])
      expect(block).toContain(line);
  });

  test.each(pages)("is the only way to the application: $name", ({ text }) => {
    const about = text
      .split("\n\n")
      .filter((paragraph) => /`TRUSTED_PROXIES(=1)?`.*`APP_URL`/.test(paragraph));
    expect(about.length).toBeGreaterThan(0);
    for (const paragraph of about) expect(paragraph).toContain("HOST=127.0.0.1");
  });
});
