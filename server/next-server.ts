import { createServer } from "node:http";
import next from "next";
import type { Db } from "../lib/db/client";
import type { Env } from "../lib/config/env";
import { redirectConsole } from "../lib/observability/console";
import { processLog } from "../lib/observability/process-log";
import { waitForBackgroundWork } from "../lib/observability/background-work";
import { spanExporter } from "../lib/observability/span-exporter";
import { createRouteMatcher } from "../lib/observability/route-pattern";
import { isHttps } from "../lib/security-headers";
import { createFolderTarget } from "../lib/operations/static/folder-target";
import { loadPublishedFiles } from "../lib/operations/static/load-published";
import { readBuildId, publishedFolder } from "./build";
import { readBuildConfig } from "./require-build";
import { createHttpServer, type HttpServer } from "./http/server";
import { withSecurityHeaders } from "./http/security-headers";
import { readRoutePatterns } from "./http/route-patterns";
import { createStaticFileHandler } from "./http/static-files";
import { isLoopback, root } from "./environment";

/** Milliseconds for what goes on behind an answer when the server is to end. What is cut off can be asked for again. */
const BACKGROUND_GRACE_MS = 10_000;

/** The application on its port, behind the front. Resolves when it answers. */
export async function startNextServer(env: Env, { dev }: { dev: boolean }): Promise<HttpServer> {
  // The host of the build's files is written into its pages, and the policy of each page lets in the one that is set now.
  if (!dev) readBuildConfig(env.ASSET_PREFIX);
  // Next asks the server for the connections of its hot reload; it gets one that never listens, so that these, too, come
  // through the front.
  const upgrades = createServer();
  const log = processLog(env);
  await log.ready();
  if (!dev) redirectConsole(log);
  const app = next({
    dev,
    dir: root,
    port: env.PORT,
    hostname: new URL(env.APP_URL).hostname,
    httpServer: upgrades,
  });
  await app.prepare();
  const https = isHttps(env.APP_URL);
  const front = createHttpServer({
    handler: withSecurityHeaders(app.getRequestHandler(), { https }),
    // Static files are answered by the front, without waking Next; what is none of them goes on to it.
    ...(dev ? {} : { staticFiles: createStaticFileHandler(await loadPublishedFiles(createFolderTarget(publishedFolder), readBuildId()), { https }) }),
    log,
    routeOf: createRouteMatcher(readRoutePatterns(root, { dev })),
    // Nothing of production takes a connection over.
    ...(dev ? { upgrade: (...offer) => void upgrades.emit("upgrade", ...offer) } : {}),
    trustedProxies: env.TRUSTED_PROXIES,
    isHttps: https,
    noticeMs: env.SHUTDOWN_NOTICE * 1000,
  });
  // What is reached as localhost is offered to nobody else: the demo's passwords are no secret.
  const hosts = isLoopback(env.APP_URL) ? ["127.0.0.1", "::1"] : [undefined];
  await front.listen(env.PORT, env.HOST ? [env.HOST] : hosts);
  return {
    ...front,
    close: async () => {
      await front.close();
      await waitForBackgroundWork(BACKGROUND_GRACE_MS);
      // Those of the last requests have not been sent yet.
      await Promise.all([app.close(), spanExporter()?.flush()]);
      await findAppDatabase()?.$disconnect();
    },
  };
}

/** The pool that app/_server/app-context.ts keeps on `globalThis`: ended before the database is, or it would report broken connections. */
function findAppDatabase(): Db | undefined {
  return (globalThis as typeof globalThis & { dossierDb?: Db }).dossierDb;
}
