// Runs a command of package.json: `node scripts/bootstrap.mjs <command> [arguments]`. First it
// provides what every command needs: a supported Node, the packages, Prisma's client and the
// program of the decoder processes. Then it runs scripts/<command>.ts. It is plain JavaScript for
// Node 18 and later, and imports no package, because it runs before the installation.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { basename, delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { JOB_FLAGS } from "../server/job-flags.mjs";

const MINIMUM_NODE = [22, 12];
const RUNS_JOBS = ["worker", "retention"];
const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"];
const PARENT_CHECK_MS = 250;

const root = fileURLToPath(new URL("..", import.meta.url));
const [command = "", ...args] = process.argv.slice(2);
const script = join(root, "scripts", `${command}.ts`);

if (!/^[a-z][a-z0-9-]*$/.test(command) || !existsSync(script)) {
  exitWithError(`Unknown command "${command}". package.json lists the commands.`);
}
process.chdir(root);
const env = createEnvironment();
const node = findNode();
if (!isInstalled()) installPackages();
generatePrismaClient();
const { compileDecoder } = await import("../server/compile-decoder.mjs");
compileDecoder();
runScript();

/** Copies the environment, with an npm cache that this account can write. */
function createEnvironment() {
  const variables = { ...process.env };
  if (!variables.npm_config_cache || !isWritable(variables.npm_config_cache)) {
    // npm's default is in the home folder, which some accounts cannot write.
    if (isWritable(homedir())) delete variables.npm_config_cache;
    else variables.npm_config_cache = join(tmpdir(), `dossier-npm-${process.getuid?.() ?? "cache"}`);
  }
  return variables;
}

/** Returns the path of this Node, or of Node 24 from npm if this one is too old. */
function findNode() {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const [minimumMajor, minimumMinor] = MINIMUM_NODE;
  if (major > minimumMajor || (major === minimumMajor && minor >= minimumMinor)) return process.execPath;
  const platform = process.platform === "win32" ? "win" : process.platform;
  const packageName = `node-${platform}-${process.arch}`;
  const prefix = join(root, ".node24");
  const program = join(prefix, "node_modules", packageName, "bin", platform === "win" ? "node.exe" : "node");
  if (!canRun(program)) installNode24(prefix, packageName);
  if (!canRun(program)) {
    exitWithError(
      `Node 24 does not run on this machine. Install Node ${MINIMUM_NODE.join(".")} or newer and run the command again.`,
    );
  }
  env.PATH = [dirname(program), env.PATH].join(delimiter);
  return program;
}

function installNode24(prefix, packageName) {
  console.log(
    `Node ${process.versions.node} is older than ${MINIMUM_NODE.join(".")}. Installing Node 24 in .node24.`,
  );
  mkdirSync(prefix, { recursive: true });
  // Without a package.json in the folder npm would install into the project above it.
  if (!existsSync(join(prefix, "package.json"))) writeFileSync(join(prefix, "package.json"), "{}\n");
  const options = ["--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund"];
  runNpm(process.execPath, ["install", "--prefix", prefix, ...options, `${packageName}@24`]);
}

function canRun(program) {
  return existsSync(program) && spawnSync(program, ["--version"], { stdio: "ignore" }).status === 0;
}

/**
 * Returns whether node_modules contains every package of the lockfile in its version. Compares with
 * the lockfile that npm writes at the end of an installation. Optional packages may be missing,
 * because they are for other platforms.
 */
function isInstalled() {
  const wanted = readLockedPackages(join(root, "package-lock.json"));
  const installed = readLockedPackages(join(root, "node_modules", ".package-lock.json"));
  return Object.entries(wanted).every(([path, entry]) => {
    if (path === "") return true;
    const found = installed[path];
    if (!found) return entry.optional === true || entry.devOptional === true;
    return found.version === entry.version && (!entry.integrity || found.integrity === entry.integrity);
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
  // Includes development packages even if NODE_ENV is "production", because the embedded PostgreSQL
  // is one. Runs no install scripts: they only download Prisma's engine, which
  // server/prisma/substitute-engine.mjs replaces.
  runNpm(node, ["ci", "--include=dev", "--ignore-scripts", "--no-audit", "--no-fund"]);
}

/** Runs npm with the given Node. Exits if npm fails. */
function runNpm(nodeProgram, options) {
  const cli = env.npm_execpath;
  const result =
    cli && basename(cli) === "npm-cli.js"
      ? spawnSync(nodeProgram, [cli, ...options], { stdio: "inherit", env })
      : spawnSync("npm", options, { stdio: "inherit", env, shell: process.platform === "win32" });
  if (result.error) exitWithError(`npm could not start: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

/** Generates Prisma's client at the first run and after a change of the schema or of Prisma. */
function generatePrismaClient() {
  const prisma = join(root, "node_modules", "prisma");
  const client = join(root, "lib", "db", "generated", "client.ts");
  const stamp = join(root, "node_modules", ".dossier", "generated");
  const inputHash = hashFiles([join(root, "prisma", "schema.prisma"), join(prisma, "package.json")]);
  if (existsSync(client) && existsSync(stamp) && readFileSync(stamp, "utf8") === inputHash) return;
  const substituteEngine = join(root, "server", "prisma", "substitute-engine.mjs");
  const result = spawnSync(node, [join(prisma, "build", "index.js"), "generate"], {
    encoding: "utf8",
    env: {
      ...env,
      // `generate` requires an engine and never starts it.
      PRISMA_SCHEMA_ENGINE_BINARY: env.PRISMA_SCHEMA_ENGINE_BINARY ?? substituteEngine,
      CHECKPOINT_DISABLE: "1",
      PRISMA_HIDE_UPDATE_MESSAGE: "1",
    },
  });
  if (result.status !== 0) {
    exitWithError(`Prisma could not generate its client.\n${result.stdout}${result.stderr}`);
  }
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, inputHash);
}

function hashFiles(files) {
  const hash = createHash("sha256");
  for (const file of files) hash.update(readFileSync(file));
  return hash.digest("hex");
}

/** Runs the command in this terminal, forwards signals to it, and exits as it does. */
function runScript() {
  const flags = RUNS_JOBS.includes(command) ? JOB_FLAGS : [];
  const child = spawn(node, [...flags, "--import", "tsx", script, ...args], { stdio: "inherit", env });
  for (const signal of SIGNALS) process.on(signal, () => child.kill(signal));
  if (env.npm_lifecycle_event) stopWithParent(child);
  child.on("error", (error) => exitWithError(`${command} could not start: ${error.message}`));
  child.on("exit", (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    for (const name of SIGNALS) process.removeAllListeners(name);
    process.kill(process.pid, signal);
  });
}

/**
 * Stops the command when the parent process has ended. After SIGTERM npm ends only the shell
 * between itself and this process, which therefore receives no signal.
 */
function stopWithParent(child) {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    child.kill("SIGTERM");
  }, PARENT_CHECK_MS);
  timer.unref();
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
