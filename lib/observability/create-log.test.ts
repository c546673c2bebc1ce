import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";

/** What a process that logs writes, and what it has loaded. */
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

test("a line is JSON with level, time, facts and the request it belongs to; the level says from where on", () => {
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

test("for people a line is text; pino is loaded when there is something to say, and not before", () => {
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

test("what libraries print loses what it quotes, and an error that was logged is not printed again", () => {
  const { lines, err } = runAndCollectLog(`
    const log = createLog({ level: "info" });
    await log.ready();
    redirectConsole(log);
    console.error("Invalid origin: https://ada.example.org", { email: "ada@example.org" });
    console.warn("Sign-up attempt for ada@example.org");
    const thrown = new Error("ada");
    console.error(" ⨯", thrown);
    logOnce(log, "A page could not be made.", thrown, { digest: "1" });
    logOnce(log, "A page could not be made.", thrown, { digest: "1" });
    console.error(" ⨯", thrown);
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
