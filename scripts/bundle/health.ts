// node bin/dossier.mjs health    asks the application of this machine how it is: exit code 0 where it is well. For a container's health check.
export {};

const TIMEOUT_MS = 4_000;
const { HOST: host = "", PORT: port = "3000" } = process.env;
const ALL_INTERFACES = ["", "0.0.0.0", "::"];
const name = ALL_INTERFACES.includes(host) ? "127.0.0.1" : host;
// An address of IPv6 stands in brackets where a port may follow.
const address = `http://${name.includes(":") ? `[${name}]` : name}:${port}/api/health`;
try {
  const response = await fetch(address, { signal: AbortSignal.timeout(TIMEOUT_MS) });
  console.log(await response.text());
  process.exitCode = response.ok ? 0 : 1;
} catch (error) {
  console.error(`${address} does not answer: ${error instanceof Error ? error.message : error}`);
  process.exitCode = 1;
}
