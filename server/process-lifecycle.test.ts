import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { expect, test } from "vitest";
import { root } from "./environment";

const lifetime = JSON.stringify(join(root, "server/process-lifecycle.ts"));

/** A command that has started two things and then does what `work` says. */
function command(work: string): ChildProcess {
  const program = `import { Lifetime } from ${lifetime};
    const lifetime = new Lifetime();
    await lifetime.run(async () => {
      await lifetime.add(async () => console.log("database stopped"));
      await lifetime.add(async () => console.log("server stopped"));
      ${work}
    });
    setInterval(() => undefined, 1_000);`;
  return spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program], { cwd: root });
}

async function ended(child: ChildProcess) {
  const output = Promise.all([child.stdout, child.stderr].map((stream) => (stream ? text(stream) : "")));
  const [code] = await once(child, "exit");
  const [out = "", err = ""] = await output;
  return { code, out, err };
}

test.each(["SIGINT", "SIGTERM", "SIGHUP"])(
  "%s closes what was started, last first, and is a good end",
  async (signal) => {
    const result = await ended(command(`process.kill(process.pid, "${signal}");`));
    expect(result).toMatchObject({ code: 0, out: "server stopped\ndatabase stopped\n" });
  },
);

test("a failure is told in its own words and closes what was started", async () => {
  const result = await ended(command('throw new Error("Port 3000 is in use.");'));
  expect(result).toEqual({
    code: 1,
    out: "server stopped\ndatabase stopped\n",
    err: "Port 3000 is in use.\n",
  });
});

test("a command that there is not is refused by name", () => {
  const result = spawnSync(process.execPath, ["scripts/bootstrap.mjs", "../evil"], {
    cwd: root,
    encoding: "utf8",
  });
  expect(result).toMatchObject({ status: 1, stderr: expect.stringContaining('no command "../evil"') });
});

test("a port in use stops the start with words, before anything is built", () => {
  const program = `import { createServer } from "node:net";
    import { availablePort } from ${JSON.stringify(join(root, "server/environment.ts"))};
    const server = createServer().listen(0, "127.0.0.1", async () => {
      await availablePort(server.address().port).catch((error) => console.log(error.message));
      server.close();
    });`;
  const args = ["--import", "tsx", "--input-type=module", "-e", program];
  const { stdout } = spawnSync(process.execPath, args, { cwd: root, encoding: "utf8" });
  expect(stdout).toMatch(/^Port \d+ is in use by another program/);
});

test("what nobody caught is told without its words: a promise ends nothing, an error from nowhere ends everything", async () => {
  const log = JSON.stringify(join(root, "lib/observability/create-log.ts"));
  const result = await ended(
    command(`const { createLog } = await import(${log});
      const log = createLog({ level: "info" });
      await log.ready();
      lifetime.logTo(log);
      void Promise.reject(new Error("canary"));
      setTimeout(() => { throw new TypeError("canary"); }, 20);`),
  );
  expect(result).toMatchObject({ code: 1, err: "" });
  expect(result.out).not.toContain("canary");
  expect(result.out).toMatch(
    /promise failed[\s\S]*came from nowhere[\s\S]*server stopped\ndatabase stopped\n$/,
  );
});

test("what does not end when it is told a second time is left behind", async () => {
  const child = command(`await lifetime.add(() => new Promise(() => undefined));
      process.kill(process.pid, "SIGTERM");
      setTimeout(() => process.kill(process.pid, "SIGTERM"), 600);`);
  expect((await ended(child)).code).toBe(1);
});
