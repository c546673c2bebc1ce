import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/** Runs a program that logs. Returns the lines of standard output, and standard error. */
function runAndCollectLog(work: string): { lines: string[]; err: string } {
  const program = `import { createLog } from "./lib/observability/create-log.ts";
    import { redirectConsole, logOnce } from "./lib/observability/console.ts";
    import { createRequest, runWithRequest } from "./lib/observability/current-request.ts";
    ${work}`;
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", "--input-type=module", "-e", program],
    {
      encoding: "utf8",
    },
  );
  return { lines: stdout.split("\n").filter(Boolean), err: stderr };
}

test("a log line is JSON with level, time, attributes and request id", () => {
  const { lines } = runAndCollectLog(`
    const log = createLog({ level: "warn" });
    log.info("Nothing.", { a: 1 });
    runWithRequest(createRequest("an-id-of-a-request"), () => log.warn("Something.", { a: 1, nested: { b: [true] } }));
    await log.ready();
    log.error("More.");
    process.kill(process.pid, "SIGKILL");`);
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      level: "warn",
      time: expect.stringMatching(/^\d{4}-.*Z$/),
      request: "an-id-of-a-request",
      a: 1,
      nested: { b: [true] },
      msg: "Something.",
    },
    { level: "error", time: expect.any(String), msg: "More." },
  ]);
});

test("a readable line is text, and the first line loads pino", () => {
  const { lines, err } = runAndCollectLog(`
    import { registerHooks } from "node:module";
    let loaded = 0;
    registerHooks({ resolve: (name, context, next) => { if (name === "pino") loaded += 1; return next(name, context); } });
    const log = createLog({ level: "info", humanReadable: true });
    log.debug("Nothing.");
    await new Promise(setImmediate);
    console.error(loaded);
    log.info("answered", { route: "/u/[handle]", status: 200 });
    await log.ready();
    console.error(loaded);`);
  expect(lines).toEqual([
    expect.stringMatching(/^\d\d:\d\d:\d\d info {2}answered route=\/u\/\[handle\] status=200$/),
  ]);
  expect(err).toMatch(/^0\n[1-9]/);
});

test("a printed text loses its quotes, and an error is logged once", () => {
  const { lines, err } = runAndCollectLog(`
    const log = createLog({ level: "info" });
    await log.ready();
    redirectConsole(log);
    console.error("Invalid origin: https://ada.example.org", { email: "ada@example.org" });
    console.warn("Sign-up attempt for ada@example.org");
    const error = new Error("ada");
    console.error(" ⨯", error);
    logOnce(log, "A page could not be made.", error, { digest: "1" });
    logOnce(log, "A page could not be made.", error, { digest: "1" });
    console.error(" ⨯", error);
    console.error(" ⨯ A task failed: ada", new RangeError("ada"));`);
  expect(err).toBe("");
  expect(lines.join()).not.toContain("example.org");
  expect(lines.map((line) => JSON.parse(line))).toMatchObject([
    { level: "error", msg: "A library says something.", said: "Invalid origin" },
    { level: "warn", said: "Sign-up attempt for" },
    { level: "error", msg: "A page could not be made.", digest: "1", error: { kind: "Error" } },
    { level: "error", said: "⨯ A task failed", errors: [{ kind: "RangeError" }] },
  ]);
});
