import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { z } from "zod";
import { NOTHING_RUNS, securityHeaders } from "@/lib/security-headers";
import { root } from "../surroundings";

const headersSchema = z.object({
  headers: z.array(
    z.object({
      source: z.string(),
      headers: z.array(z.object({ key: z.string(), value: z.string() })),
    }),
  ),
});

test("on Vercel the build's files come with the guards that the front gives them elsewhere", () => {
  const { headers } = headersSchema.parse(JSON.parse(readFileSync(join(root, "vercel.json"), "utf8")));
  const given = headers.find(({ source }) => source === "/_next/static/(.*)")?.headers ?? [];
  expect(Object.fromEntries(given.map(({ key, value }) => [key, value]))).toEqual({
    ...securityHeaders({ https: true }),
    "Content-Security-Policy": NOTHING_RUNS,
  });
});

test("what lies beside the sources is not sent to Vercel: what git ignores is not, where there is no other list", () => {
  const ignored = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
  expect(ignored).toEqual(expect.arrayContaining([".data/", ".env", ".env.*", "/.static/", "/.bundle/"]));
  expect(existsSync(join(root, ".vercelignore"))).toBe(false);
});
