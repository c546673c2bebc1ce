import { createServer } from "node:http";
import next from "next";
import type { Env } from "../lib/env";
import { createFront, type Front } from "./front/front";
import { isLoopback, root } from "./surroundings";

/** The application on its port, behind the front. Resolves when it answers. */
export async function serve(env: Env, { dev }: { dev: boolean }): Promise<Front> {
  // Next asks the server for the connections of its hot reload; it gets one that never listens, so that these, too, come
  // through the front.
  const upgrades = createServer();
  const app = next({
    dev,
    dir: root,
    port: env.PORT,
    hostname: new URL(env.APP_URL).hostname,
    httpServer: upgrades,
  });
  await app.prepare();
  const front = createFront({
    handler: app.getRequestHandler(),
    upgrade: (request, socket, head) => {
      upgrades.emit("upgrade", request, socket, head);
    },
    trustedProxies: env.TRUSTED_PROXIES,
  });
  // What is reached as localhost is offered to nobody else: the demo's passwords are no secret.
  const hosts = isLoopback(env.APP_URL) ? ["127.0.0.1", "::1"] : [undefined];
  await front.listen(env.PORT, env.HOST ? [env.HOST] : hosts);
  return {
    ...front,
    close: async () => {
      await front.close();
      await app.close();
    },
  };
}
