import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join, matchesGlob } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";
import { ENV_VARIABLE_NAMES } from "@/lib/config/variable-names";
import { root } from "../../server/root";

const read = (path: string) => readFileSync(join(root, path), "utf8");
const dockerfile = read("Dockerfile").replace(/\\\n/g, " ");
const last = dockerfile.slice(dockerfile.lastIndexOf("\nFROM "));
const compose = read("compose.yaml");
const units = ["deploy/dossier.service", "deploy/dossier-worker.service"];

/** The lines below `name:` that are indented deeper, of its first occurrence. */
function block(name: string, text = compose): string {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => line.trimStart().startsWith(`${name}:`));
  const depth = (line: string) => line.length - line.trimStart().length;
  const rest = lines.slice(start + 1);
  const end = rest.findIndex((line) => line.trim() && depth(line) <= depth(lines[start] ?? ""));
  if (start < 0) throw new Error(`There is no ${name}.`);
  return rest.slice(0, end < 0 ? undefined : end).join("\n");
}

test("the image runs Node as an unprivileged user", () => {
  expect(last.match(/^USER .*/gm)).toEqual(["USER 10001:10001"]);
  expect(last).toMatch(/^ENTRYPOINT \["node", "bin\/dossier\.mjs"\]$/m);
  expect(last).toMatch(/^HEALTHCHECK .* CMD \["node", "bin\/dossier\.mjs", "health"\]$/m);
});

test("the image contains the bundle, no source and no secret", () => {
  expect(last.match(/^(COPY|ADD) .*/gm)).toEqual(["COPY --from=build /app ./"]);
  expect(last).not.toMatch(/npm/);
  expect(dockerfile).not.toMatch(/^(ARG|ENV) .*(SECRET|PASSWORD|DATABASE_URL|ACCESS_KEY)/m);
});

test("the image sets only variables of lib/config/env.ts", () => {
  const set = [...(/^ENV (.*)$/m.exec(last)?.[1] ?? "").matchAll(/([A-Z][A-Z0-9_]*)=/g)].map(
    ([, name]) => name,
  );
  expect(set).toContain("DATA_DIR");
  expect(set.filter((name) => !ENV_VARIABLE_NAMES.includes(name ?? ""))).toEqual([]);
});

test("the builder receives named files only, no settings, data or tests", () => {
  const lines = read(".dockerignore")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"));
  expect(lines[0]).toBe("*");
  const named = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  expect(
    named.filter((name) => /^\.(env|data|git|next|static|bundle)|node_modules|e2e|docs/.test(name)),
  ).toEqual([]);
  expect(lines).toEqual(expect.arrayContaining(["**/*.test.ts", "**/*.test.tsx", "**/testing"]));
});

test("whatever the build inside of the image imports is let in", async () => {
  const { metafile } = await build({
    absWorkingDir: root,
    entryPoints: ["scripts/bundle.ts", "scripts/bundle/dossier.ts"],
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    outdir: "unwritten",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const inputs = Object.keys(metafile.inputs).filter((path) => !path.startsWith("lib/db/generated/"));
  expect(inputs).toContain("server/build.ts");
  const lines = read(".dockerignore")
    .split("\n")
    .filter((line) => line && !line.startsWith("#"));
  const named = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1));
  const refused = lines.filter((line) => !line.startsWith("!") && line !== "*");
  const isIn = (path: string) =>
    named.some((name) => path === name || path.startsWith(`${name}/`)) &&
    !refused.some((pattern) => matchesGlob(path, pattern) || matchesGlob(path, `${pattern}/**`));
  expect(inputs.filter((path) => !isIn(path))).toEqual([]);
});

test("compose: what it sets is known to lib/config/env.ts", () => {
  const names = [...block("environment").matchAll(/^ +([A-Z][A-Z0-9_]*):/gm)].map(([, name]) => name ?? "");
  expect(names).toEqual(expect.arrayContaining(["APP_URL", "DATABASE_URL", "S3_ENDPOINT"]));
  expect(names.filter((name) => !ENV_VARIABLE_NAMES.includes(name))).toEqual([]);
});

test("compose has no default secret, and deploy/secrets.sh makes new ones", () => {
  const secret = /^ +[A-Z0-9_]*(?:SECRET|PASSWORD|ACCESS_KEY|SECRET_KEY)[A-Z0-9_]*: (.*)$/gm;
  const values = [...compose.matchAll(secret)].map(([, value]) => value);
  expect(values.length).toBeGreaterThan(5);
  // CRON_SECRET may be empty: then the server refuses every caller of the jobs.
  expect(values.filter((value) => !/^\$\{[A-Z0-9_]+(:\?|:-\})/.test(value ?? ""))).toEqual([]);
  const make = () =>
    execFileSync("sh", [join(root, "deploy/secrets.sh")], { encoding: "utf8" })
      .trim()
      .split("\n");
  const [one, other] = [make(), make()];
  for (const [index, line] of one.entries()) {
    expect(line).toMatch(/^[A-Z0-9_]+=[0-9a-f]{20,}$/);
    expect(line).not.toBe(other[index]);
  }
  const wanted = [...compose.matchAll(/\$\{([A-Z0-9_]+):\?/g)].map(([, name]) => name);
  expect(one.map((line) => line.split("=")[0])).toEqual(expect.arrayContaining(wanted));
});

test("compose runs the application read-only after database and buckets are ready", () => {
  const common = block("x-dossier");
  for (const line of ["read_only: true", "cap_drop: [ALL]", "no-new-privileges:true"])
    expect(common).toContain(line);
  for (const service of ["  app", "  worker"]) {
    const text = block(service.trim(), compose.slice(compose.indexOf("\nservices:")));
    expect(text).toContain("<<: *dossier");
    expect(text).toContain("setup: { condition: service_completed_successfully }");
  }
  expect(block("  migrate".trim(), compose.slice(compose.indexOf("\nservices:")))).toContain(
    "condition: service_healthy",
  );
});

test("compose opens no port to other machines and pins every image", () => {
  const ports = [...compose.matchAll(/ports: \["([^"]*)"\]/g)].map(([, port]) => port);
  expect(ports).toHaveLength(2);
  expect(ports.filter((port) => !port?.startsWith("127.0.0.1:"))).toEqual([]);
  const images = [...compose.matchAll(/image: (\S+)/g)]
    .map(([, image]) => image)
    .filter((image) => image !== "dossier");
  expect(images).toHaveLength(2);
  expect(images.filter((image) => !/:v?\d/.test(image ?? ""))).toEqual([]);
});

test("the service listens on loopback only", () => {
  expect(read("deploy/dossier.service").split("\n")).toContain("Environment=HOST=127.0.0.1");
});

test.each(units)("%s gives the service no privileges and time to stop", (unit) => {
  const text = read(unit);
  for (const line of [
    "DynamicUser=yes",
    "ProtectSystem=strict",
    "NoNewPrivileges=yes",
    "CapabilityBoundingSet=",
  ])
    expect(text.split("\n")).toContain(line);
  expect(text).toMatch(/^EnvironmentFile=\/etc\//m);
  // The HTTP server lets requests run for ten seconds, then the pool ends.
  expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1])).toBeGreaterThan(15);
});
