import { createServer } from "node:net";

/** Finds a port of 127.0.0.1 on which no program listens. */
export async function findFreePort(): Promise<number> {
  const port = await tryListen(0);
  if (port === null) throw new Error("There is no free port.");
  return port;
}

export async function isPortFree(port: number): Promise<boolean> {
  return (await tryListen(port)) !== null;
}

/** Listens on a port, 0 for any, and closes it again. Returns the port, or null if it is in use. */
function tryListen(wanted: number): Promise<number | null> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(null));
    server.listen(wanted, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address ? address.port : null));
    });
  });
}
