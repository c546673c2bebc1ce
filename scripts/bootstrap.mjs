// Every command of package.json comes through here: `node scripts/bootstrap.mjs <command> [arguments]` brings about what the
// command needs (a Node that is new enough, the packages, the generated client) and runs scripts/<command>.ts.
// Plain JavaScript without packages, for Node 18 and later: it runs before anything is installed.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [command = "", ...args] = process.argv.slice(2);
const script = join(root, "scripts", `${command}.ts`);
const oldestNode = [22, 12];

if (!/^[a-z][a-z-]*$/.test(command) || !existsSync(script)) {
  exitWithError(`There is no command "${command}". package.json lists those there are.`);
}
process.chdir(root);
const env = createEnvironment();
const node = findNode();
if (!isInstalled()) installPackages();
generatePrismaClient();
runScript();

function createEnvironment() {
  const variables = { ...process.env };
  // npm keeps a cache in the home folder; some accounts have a home that cannot be written, or none.
  if (!variables.npm_config_cache || !isWritable(variables.npm_config_cache)) {
    if (isWritable(homedir())) delete variables.npm_config_cache;
    else variables.npm_config_cache = join(tmpdir(), `dossier-npm-${process.getuid?.() ?? "cache"}`);
  }
  return variables;
}

/** The Node to go on with: this one, or 24 from npm where this one is too old. */
function findNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  if (major > oldestNode[0] || (major === oldestNode[0] && minor >= oldestNode[1])) return process.execPath;
  const platform = process.platform === "win32" ? "win" : process.platform;
  const name = `node-${platform}-${process.arch}`;
  const own = join(root, ".node24", "node_modules", name, "bin", platform === "win" ? "node.exe" : "node");
  if (!canRun(own)) {
    console.log(
      `Node ${process.versions.node} is older than ${oldestNode.join(".")}: installing Node 24 into .node24.`,
    );
    const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
    const prefix = join(root, ".node24");
    mkdirSync(prefix, { recursive: true });
    // A folder without a package.json is not a project to npm: it would climb to ours.
    if (!existsSync(join(prefix, "package.json"))) writeFileSync(join(prefix, "package.json"), "{}\n");
    runNpm(process.execPath, ["install", "--prefix", prefix, ...options, `${name}@24`]);
    if (!canRun(own))
      exitWithError(
        `Node 24 does not run here. Install Node ${oldestNode.join(".")} or newer, then try again.`,
      );
  }
  env.PATH = [dirname(own), env.PATH].join(delimiter);
  return own;
}

function canRun(program) {
  return existsSync(program) && spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

/**
 * Whether every package of the lockfile is there in its version: npm writes what it has installed into a lockfile of its own,
 * when it has finished. Packages for other machines are optional and missing.
 */
function isInstalled() {
  const wanted = readLockedPackages(join(root, "package-lock.json"));
  const found = readLockedPackages(join(root, "node_modules", ".package-lock.json"));
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const there = found[path];
    if (!there) return entry.optional === true || entry.devOptional === true;
    return there.version === entry.version && (!entry.integrity || there.integrity === entry.integrity);
  });
}

function readLockedPackages(lockfile) {
  try {
    return JSON.parse(readFileSync(lockfile, "utf8")).packages ?? {};
  } catch {
    return {};
  }
}

function installPackages() {
  console.log("Installing packages (npm ci).");
  // Development packages also where NODE_ENV is "production": the embedded PostgreSQL and the build's tools are among them.
  // No install scripts: what they would do here is a download of Prisma's engine, and that has a stand-in.
  runNpm(node, ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"]);
}

/** Runs npm under a given Node, and ends here where it fails. */
function runNpm(under, options) {
  const cli = env.npm_execpath;
  const known = cli && basename(cli) === "npm-cli.js";
  const result = known
    ? spawnSync(under, [cli, ...options], { stdio: "inherit", env })
    : spawnSync("npm", options, { stdio: "inherit", env, shell: process.platform === "win32" });
  if (result.error) exitWithError(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Prisma's client is generated, not committed: made again when the schema or Prisma has changed. */
function generatePrismaClient() {
  const prisma = join(root, "node_modules", "prisma");
  const hash = createHash("sha256");
  for (const file of [join(root, "prisma", "schema.prisma"), join(prisma, "package.json")]) {
    hash.update(readFileSync(file));
  }
  const stamp = join(root, "node_modules", ".dossier", "generated");
  const state = hash.digest("hex");
  const client = join(root, "lib", "db", "generated", "client.ts");
  if (existsSync(client) && existsSync(stamp) && readFileSync(stamp, "utf8") === state) return;
  const result = spawnSync(node, [join(prisma, "build", "index.js"), "generate"], {
    encoding: "utf8",
    env: {
      ...env,
      // `generate` asks that an engine be there, and never starts it.
      PRISMA_SCHEMA_ENGINE_BINARY:
        env.PRISMA_SCHEMA_ENGINE_BINARY ?? join(root, "server", "prisma", "substitute-engine.mjs"),
      CHECKPOINT_DISABLE: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    },
  });
  if (result.status !== 0)
    exitWithError(`Prisma could not generate its client.\n${result.stdout}${result.stderr}`);
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, state);
}

/** Runs the command with this terminal; its signals are passed on, its end is ours. */
function runScript() {
  const child = spawn(node, ["--import", "tsx", script, ...args], { stdio: "inherit", env });
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  if (env.npm_lifecycle_event) stopWithParent(child);
  child.on("error", (error) => exitWithError(`${command} could not be started: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    for (const name of ["SIGINT", "SIGTERM", "SIGHUP"]) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

/** npm answers SIGTERM by ending the shell between us, which tells nobody: an orphaned command stops. */
function stopWithParent(child) {
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill("SIGTERM");
  }, 250);
  watch.unref();
}

function isWritable(folder) {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function exitWithError(message) {
  console.error(message);
  process.exit(1);
}
