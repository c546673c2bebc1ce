import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { root } from "./root";

const modulePath = JSON.stringify(join(root, "server/process-lifecycle.ts"));

/** Starts a command that registers two closers and then runs the code in `work`. */
function startCommand(work: string): ChildProcess {
  const program = `import { ProcessLifecycle } from ${modulePath};
    const lifecycle = new ProcessLifecycle();
    await lifecycle.run(async () => {
      await lifecycle.addCloser(async () => console.log("database stopped"));
      await lifecycle.addCloser(async () => console.log("server stopped"));
      ${work}
    });
    setInterval(() => undefined, 1_000);`;
  return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], { cwd: root });
}

async function waitForExit(child: ChildProcess) {
  const output = Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : "")));
  const [code] = await once(child, "exit");
  const [out = "", err = ""] = await output;
  return { code, out, err };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"])(
  "%s calls the closers in reverse order and exits with 0",
  async (signal) => {
    const result = await waitForExit(startCommand(`process.kill(process.pid, "${signal}");`));
    expect(result).toMatchObject({ code: 0, out: "server stopped\ndatabase stopped\n" });
  },
);

test("a failed command prints its message and calls the closers", async () => {
  const result = await waitForExit(startCommand('throw new Error("Port 3000 is in use.");'));
  expect(result).toEqual({
    code: 1,
    out: "server stopped\ndatabase stopped\n",
    err: "Port 3000 is in use.\n",
  });
});

test("the bootstrap rejects an unknown command by name", () => {
  const result = spawnSync(process.execPath, ["scripts/bootstrap.mjs", "../evil"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(result).toMatchObject({ status: 1, stderr: expect.stringContaining('Unknown command "../evil"') });
});

test("requireFreePort rejects a port that another program uses", () => {
  const program = `import { createServer } from "node:net";
    import { requireFreePort } from ${JSON.stringify(join(root, "server/environment.ts"))};
    const server = createServer().listen(0, "127.0.0.1", async () => {
      await requireFreePort(server.address().port).catch((error) => console.log(error.message));
      server.close();
    });`;
  const args = ["--import", "tsx", "--input-type=module", "-e", program];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect(stdout).toMatch(/^Port \d+ is in use by another program/);
});

test("logs uncaught errors without messages, and stops after an uncaught exception", async () => {
  const log = JSON.stringify(join(root, "lib/observability/create-log.ts"));
  const result = await waitForExit(
    startCommand(`const { createLog } = await import(${log});
      const log = createLog({ level: "info" });
      await log.ready();
      lifecycle.logUncaughtErrors(log);
      void Promise.reject(new Error("canary"));
      setTimeout(() => { throw new TypeError("canary"); }, 20);`),
  );
  expect(result).toMatchObject({ code: 1, err: "" });
  expect(result.out).not.toContain("canary");
  expect(result.out).toMatch(
    /promise rejection[\s\S]*Uncaught exception[\s\S]*server stopped\ndatabase stopped\n$/,
  );
});

test("exits with 1 after the second signal if a closer never ends", async () => {
  const child = startCommand(`await lifecycle.addCloser(() => new Promise(() => undefined));
      process.kill(process.pid, "SIGTERM");
      setTimeout(() => process.kill(process.pid, "SIGTERM"), 600);`);
  expect((await waitForExit(child)).code).toBe(1);
});
