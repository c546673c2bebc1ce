import { readFileSync } from "node:fs";
import { afterEach, expect, test, vi } from "vitest";
import { spanExporter } from "@/lib/observability/span-exporter";
import { createRecordingLog } from "@/lib/observability/testing/recording-log";

const loaded = vi.fn();
vi.mock("@/lib/observability/otlp-span-exporter", async (original) => {
  loaded();
  return original();
});

const { log, lines } = createRecordingLog();
Object.assign(globalThis, { dossierLog: { ...log, ready: async () => undefined } });
const failing = {
  routePath: "/u/[handle]",
  routeType: "render",
  routerKind: "App Router",
  revalidateReason: undefined,
  renderSource: "react-server-components",
} as const;

afterEach(() => {
  lines.length = 0;
  vi.resetModules();
  vi.unstubAllEnvs();
});

async function startWith(settings: Record<string, string>) {
  // In development the console stays unchanged, for the output of this test.
  const all = {
    NODE_ENV: "development",
    DATABASE_URL: "postgresql://x",
    AUTH_SECRET: "x".repeat(32),
    ...settings,
  };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
  const module = await import("./observability");
  await module.startObservability();
  return module;
}

test("the span exporter is not loaded without a collector", async () => {
  await startWith({});
  expect(loaded).not.toHaveBeenCalled();
  expect(spanExporter()).toBeUndefined();
  const { packages } = JSON.parse(readFileSync("package-lock.json", "utf8"));
  const direct = Object.keys({ ...packages[""].dependencies, ...packages[""].devDependencies });
  expect(direct.filter((name) => name.startsWith("@opentelemetry/") || name === "@vercel/otel")).toEqual([]);
});

test("the span exporter is loaded with a collector", async () => {
  await startWith({
    OTEL_EXPORTER_OTLP_ENDPOINT: "http://127.0.0.1:1",
    OTEL_EXPORTER_OTLP_HEADERS: "a=b%20c",
  });
  expect(loaded).toHaveBeenCalledOnce();
  expect(spanExporter()).toBeDefined();
});

test("a page error is logged once, without its message", async () => {
  const { logPageError } = await startWith({});
  const error = Object.assign(new Error("ada@example.org"), { digest: "1234567" });
  logPageError(error, { "x-dossier-request": "an-id-of-a-request" }, failing);
  logPageError(error, {}, { ...failing, renderSource: "server-rendering" });
  expect(lines).toMatchObject([
    { level: "error", facts: { route: "/u/[handle]", digest: "1234567", request: "an-id-of-a-request" } },
  ]);
  expect(JSON.stringify(lines)).not.toContain("ada");
});

test("a page error on Vercel has Vercel's request id", async () => {
  const waited = vi.fn<(work: Promise<unknown>) => void>();
  const context = Symbol.for("@vercel/request-context");
  Reflect.set(globalThis, context, { get: () => ({ waitUntil: waited }) });
  const { logPageError } = await startWith({
    VERCEL: "1",
    APP_URL: "https://dossier.example.org",
    STORAGE: "s3",
    STORAGE_PUBLIC_BUCKET: "public",
    STORAGE_PRIVATE_BUCKET: "private",
    S3_ACCESS_KEY_ID: "a-key",
    S3_SECRET_ACCESS_KEY: "its-secret",
  });
  logPageError(
    new Error("one"),
    { "x-dossier-request": "an-id-of-a-client", "x-vercel-id": "fra1::abc-123" },
    failing,
  );
  Reflect.deleteProperty(globalThis, context);
  expect(lines.map(({ facts }) => facts.request)).toEqual(["fra1::abc-123"]);
  expect(waited).toHaveBeenCalledOnce();
});

test("a page error has no malformed request id", async () => {
  const { logPageError } = await startWith({});
  logPageError(new Error("one"), { "x-dossier-request": 'two words,"level":"error"' }, failing);
  expect(lines).toMatchObject([{ level: "error" }]);
  expect(lines[0]?.facts).not.toHaveProperty("request");
});
