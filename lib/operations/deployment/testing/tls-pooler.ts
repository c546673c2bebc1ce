import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";

type Certificate = { key: string; cert: string };

/** Creates a self-signed certificate; null on a machine without openssl. */
export function createCertificate(): Certificate | null {
  const folder = mkdtempSync(join(tmpdir(), "dossier-certificate-"));
  const [key, cert] = [join(folder, "key"), join(folder, "cert")];
  const request = ["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
  const output = ["-subj", "/CN=pooler.test", "-keyout", key, "-out", cert];
  try {
    const { status } = spawnSync("openssl", [...request, ...output], { stdio: "ignore" });
    return status === 0 ? { key: readFileSync(key, "utf8"), cert: readFileSync(cert, "utf8") } : null;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

export type Pooler = { port: number; close(): void };

/** Starts a pooler on all interfaces that uses TLS to its clients, but not to its one database. */
export async function startPooler(databaseUrl: string, { key, cert }: Certificate): Promise<Pooler> {
  const { hostname, port } = new URL(databaseUrl);
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on("error", () => undefined);
    // S accepts an SSLRequest.
    // https://www.postgresql.org/docs/current/protocol-flow.html#PROTOCOL-FLOW-SSL
    client.once("data", () => {
      client.write("S");
      pipeBothWays(new TLSSocket(client, { isServer: true, key, cert }), connect(Number(port), hostname));
    });
  }).listen(0);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const socket of open) socket.destroy();
    },
  };
}

function pipeBothWays(a: Duplex, b: Duplex): void {
  for (const [from, to] of [
    [a, b],
    [b, a],
  ] as const)
    from.on("error", () => to.destroy()).pipe(to);
}
