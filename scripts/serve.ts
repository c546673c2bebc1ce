import { createServer } from "node:http";
import { join } from "node:path";
import next from "next";
import sirv from "sirv";
import type { Db } from "../lib/db/client";
import type { Env } from "../lib/env";
import { createFront, type Front, type Handler } from "./front/front";
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
  const pages = app.getRequestHandler();
  const front = createFront({
    handler: dev ? pages : withBuiltFiles(pages),
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
      await databaseOfApp()?.$disconnect();
    },
  };
}

/** The pool that app/_server/services.ts keeps on `globalThis`: ended before the database is, or it would report broken connections. */
function databaseOfApp(): Db | undefined {
  return (globalThis as typeof globalThis & { dossierDb?: Db }).dossierDb;
}

/**
 * Built files carry a digest in their name and never change: read once at the start, and served without waking Next. What is
 * not among them goes on to Next, which answers 404.
 */
function withBuiltFiles(pages: Handler): Handler {
  const prefix = "/_next/static/";
  const files = sirv(join(root, ".next/static"), {
    immutable: true,
    maxAge: 31_536_000,
    setHeaders: (response) => response.setHeader("X-Content-Type-Options", "nosniff"),
  });
  return (request, response) => {
    const { url = "/" } = request;
    if (!url.startsWith(prefix) || (request.method !== "GET" && request.method !== "HEAD")) {
      return pages(request, response);
    }
    request.url = url.slice(prefix.length - 1);
    files(request, response, () => {
      request.url = url;
      return pages(request, response);
    });
  };
}
