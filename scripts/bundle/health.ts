// node bin/dossier.mjs health    checks the application on this machine, for a container's health
//                                check. Exit code: 0 if it is healthy, 1 if not
export {};

const TIMEOUT_MS = 4_000;
const { HOST: host = "", PORT: port = "3000" } = process.env;
const ALL_INTERFACES = ["", "0.0.0.0", "::"];
const name = ALL_INTERFACES.includes(host) ? "127.0.0.1" : host;
// A URL needs brackets around an IPv6 address.
const url = `http://${name.includes(":") ? `[${name}]` : name}:${port}/api/health`;
try {
  const response = await fetch(url, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  console.log(await response.text());
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  console.error(`${url} does not respond: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
