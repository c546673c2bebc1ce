import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { root } from "../../server/root";
import { installFromDebian } from "./debian-packages";

const PROGRAM = "/usr/sbin/nginx";
const BROTLI_MODULE = "/usr/lib/nginx/modules/ngx_http_brotli_static_module.so";
const PACKAGES = ["nginx-light", "libnginx-mod-http-brotli-static"];

/** Installs Debian's nginx. Returns why that is impossible, or null. */
export function installNginx(): Promise<string | null> {
  return installFromDebian("nginx", [PROGRAM, BROTLI_MODULE], PACKAGES);
}

/**
 * Reads the nginx block that begins with `# <name>:` from docs/static.md and applies the
 * replacements. Throws if the block does not contain one of them.
 */
export function readNginxExample(name: string, replacements: Record<string, string>): string {
  const text = readFileSync(join(root, "docs", "static.md"), "utf8");
  const blocks = [...text.matchAll(/^```nginx\n([\s\S]*?)^```/gm)].map(([, block = ""]) => block);
  let found = blocks.find((block) => block.startsWith(`# ${name}:`));
  if (!found) throw new Error(`docs/static.md has no nginx block "${name}".`);
  for (const [from, to] of Object.entries(replacements)) {
    if (!found.includes(from)) throw new Error(`The nginx block "${name}" of docs/static.md has no ${from}.`);
    found = found.replaceAll(from, to);
  }
  return found;
}

/**
 * Writes an nginx configuration with all files in `folder`. Returns the command to run it, and the
 * path of the request log.
 */
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
  log_format requests escape=json '{"host":"$host","port":"$server_port","uri":"$request_uri","status":$status,"cookie":"$http_cookie","origin":"$http_origin","cache":"$upstream_cache_status"}';
  access_log ${folder}/requests.log requests;
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
  /** The requests so far. */
  requests(): { host: string; port: string; uri: string; status: number; cookie: string; cache: string }[];
  stop(): Promise<void>;
};

/** Starts nginx and waits until it responds at `port`. Throws with its error log if it does not. */
export async function startNginx(
  servers: string,
  { folder, port }: { folder: string; port: number },
): Promise<Nginx> {
  mkdirSync(folder, { recursive: true });
  const { command, requests } = writeNginxConfig(servers, folder);
  const [program = "", ...args] = command;
  const child = spawn(program, args, { stdio: "ignore" });
  const readErrors = () => readFileSync(join(folder, "error.log"), "utf8");
  for (let attempt = 0; !(await isResponding(port)); attempt += 1) {
    if (child.exitCode !== null || attempt > 100) throw new Error(`nginx does not run:\n${readErrors()}`);
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
