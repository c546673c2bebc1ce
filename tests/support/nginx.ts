import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "../../server/root";

const PROGRAM = "/usr/sbin/nginx";
const BROTLI_MODULE = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so";
const PACKAGES = ["nginx-light", "libnginx-mod-http-brotli-static"];
const INSTALL_TIMEOUT_MS = 600_000;

/** Sees to it that Debian's nginx is there, by apt where this process may install it. Returns why not, or null. */
export function installNginx(): string | null {
  if (isInstalled()) return null;
  if (!existsSync("/usr/bin/apt-get"))
    return "nginx is not installed, and there is no apt-get to install it with";
  if (process.getuid?.() !== 0)
    return `nginx is not installed (as root: apt-get install ${PACKAGES.join(" ")})`;
  const apt = (...args: string[]) =>
    spawnSync("apt-get", args, {
      stdio: "ignore",
      timeout: INSTALL_TIMEOUT_MS,
      // The package would start a server of its own on port 80.
      env: { ...process.env, DEBIAN_FRONTEND: "noninteractive", RUNLEVEL: "1" },
    }).status === 0;
  const install = ["install", "--yes", "--no-install-recommends", ...PACKAGES];
  if (!apt(...install) && apt("update")) apt(...install);
  return isInstalled() ? null : `nginx cannot be installed (apt-get install ${PACKAGES.join(" ")})`;
}

function isInstalled(): boolean {
  return existsSync(PROGRAM) && existsSync(BROTLI_MODULE);
}

/** A configuration from docs/static.md, the block that begins with `# <name>:`, with our places instead of its own. Throws where one is not in it. */
export function readNginxExample(name: string, places: Record<string, string>): string {
  const text = readFileSync(join(root, "docs", "static.md"), "utf8");
  const blocks = [...text.matchAll(/^```nginx\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
  let found = blocks.find((block) => block.startsWith(`# ${name}:`));
  if (!found) throw new Error(`docs/static.md has no nginx block "${name}".`);
  for (const [from, to] of Object.entries(places)) {
    if (!found.includes(from)) throw new Error(`The nginx block "${name}" of docs/static.md has no ${from}.`);
    found = found.replaceAll(from, to);
  }
  return found;
}

/** An nginx configuration of one process whose files all lie in `folder`, and the command that runs it. `requests` gets a line per request. */
export function writeNginxConfig(servers: string, folder: string): { command: string[]; requests: string } {
  for (const name of ["body", "proxy", "fastcgi", "uwsgi", "scgi"])
    mkdirSync(join(folder, name), { recursive: true });
  const requests = join(folder, "requests.log");
  writeFileSync(
    join(folder, "nginx.conf"),
    `load_module ${BROTLI_MODULE};
daemon off; master_process off; pid ${folder}/pid; error_log ${folder}/error.log;
events { worker_connections 1024; }
http {
  log_format told escape=json '{"host":"$host","port":"$server_port","uri":"$request_uri","status":$status,"cookie":"$http_cookie","origin":"$http_origin","cache":"$upstream_cache_status"}';
  access_log ${folder}/requests.log told;
  client_body_temp_path ${folder}/body; proxy_temp_path ${folder}/proxy; fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi; scgi_temp_path ${folder}/scgi;
  sendfile on; tcp_nopush on; keepalive_requests 1000000;
${servers}
}
`,
  );
  return {
    command: [PROGRAM, "-p", folder, "-c", join(folder, "nginx.conf"), "-e", join(folder, "error.log")],
    requests,
  };
}

export type Nginx = {
  /** What it was asked so far. */
  requests(): { host: string; port: string; uri: string; status: number; cookie: string; cache: string }[];
  stop(): Promise<void>;
};

/** Runs nginx with these servers until it answers at `port`. Throws with what it complained of. */
export async function startNginx(
  servers: string,
  { folder, port }: { folder: string; port: number },
): Promise<Nginx> {
  mkdirSync(folder, { recursive: true });
  const { command, requests } = writeNginxConfig(servers, folder);
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: "ignore" });
  const complaint = () => readFileSync(join(folder, "error.log"), "utf8");
  for (let tried = 0; !(await isResponding(port)); tried += 1) {
    if (child.exitCode !== null || tried > 100) throw new Error(`nginx does not run:\n${complaint()}`);
    await wait(50);
  }
  return {
    requests: () =>
      readFileSync(requests, "utf8")
        .split("\n")
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    stop: () => stopProcess(child),
  };
}

async function stopProcess(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  child.kill("SIGTERM");
  await once(child, "exit");
}

async function isResponding(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/`).then(
    () => true,
    () => false,
  );
}

/** A port of loopback that nobody has at this moment. */
export async function findFreePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === null) throw new Error("There is no free port.");
  return port;
}

export async function isPortFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== null;
}

/** The port that a server gets who asks for this one, 0 for any; null where it is taken. */
function tryListen(wanted: number): Promise<number | null> {
  return new Promise((done) => {
    const server = createServer();
    server.once("error", () => done(null));
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => done(typeof address === "object" && address ? address.port : null));
    });
  });
}
