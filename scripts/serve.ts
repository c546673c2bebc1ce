import { createServer } from "node:http";
import next from "next";
import type { Db } from "../lib/db/client";
import type { Env } from "../lib/env";
import { bridgeConsole } from "../lib/log/console";
import { processLog } from "../lib/log/process-log";
import { nothingGoesOn } from "../lib/requests/going-on";
import { spans } from "../lib/requests/kept-spans";
import { routeFinder } from "../lib/requests/route-pattern";
import { isHttps } from "../lib/security-headers";
import { folderTarget } from "../lib/static/folder";
import { loadStatic } from "../lib/static/load";
import { buildId, published } from "./build";
import { requireBuild } from "./bundle/require-build";
import { createFront, type Front } from "./front/front";
import { guardedHandler } from "./front/guards";
import { routePatterns } from "./front/routes";
import { staticFiles } from "./front/static-files";
import { isLoopback, root } from "./surroundings";

/** Milliseconds for what goes on behind an answer when the server is to end. What is cut off can be asked for again. */
const GRACE = 10_000;

/** The application on its port, behind the front. Resolves when it answers. */
export async function serve(env: Env, { dev }: { dev: boolean }): Promise<Front> {
  // The host of the build's files is written into its pages, and the policy of each page lets in the one that is set now.
  if (!dev) requireBuild(env.ASSET_PREFIX);
  // Next asks the server for the connections of its hot reload; it gets one that never listens, so that these, too, come
  // through the front.
  const upgrades = createServer();
  const log = processLog(env);
  await log.ready();
  if (!dev) bridgeConsole(log);
  const app = next({
    dev,
    dir: root,
    port: env.PORT,
    hostname: new URL(env.APP_URL).hostname,
    httpServer: upgrades,
  });
  await app.prepare();
  const https = isHttps(env.APP_URL);
  const front = createFront({
    handler: guardedHandler(app.getRequestHandler(), { https }),
    // Static files are answered by the front, without waking Next; what is none of them goes on to it.
    ...(dev ? {} : { files: staticFiles(await loadStatic(folderTarget(published), buildId()), { https }) }),
    log,
    routeOf: routeFinder(routePatterns(root, { dev })),
    // Nothing of production takes a connection over.
    ...(dev ? { upgrade: (...offer) => void upgrades.emit("upgrade", ...offer) } : {}),
    trustedProxies: env.TRUSTED_PROXIES,
    https,
    notice: env.SHUTDOWN_NOTICE * 1000,
  });
  // What is reached as localhost is offered to nobody else: the demo's passwords are no secret.
  const hosts = isLoopback(env.APP_URL) ? ["127.0.0.1", "::1"] : [undefined];
  await front.listen(env.PORT, env.HOST ? [env.HOST] : hosts);
  return {
    ...front,
    close: async () => {
      await front.close();
      await nothingGoesOn(GRACE);
      // Those of the last requests have not been sent yet.
      await Promise.all([app.close(), spans()?.flush()]);
      await databaseOfApp()?.$disconnect();
    },
  };
}

/** The pool that app/_server/services.ts keeps on `globalThis`: ended before the database is, or it would report broken connections. */
function databaseOfApp(): Db | undefined {
  return (globalThis as typeof globalThis & { dossierDb?: Db }).dossierDb;
}
