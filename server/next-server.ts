import { createServer } from "node:http";
import next from "next";
import type { Env } from "../lib/config/env";
import type { Db } from "../lib/db/client";
import type { Decoders } from "../lib/inspect/decoder-pool";
import { isLoopback } from "../lib/loopback";
import { waitForBackgroundWork } from "../lib/observability/background-work";
import { redirectConsole } from "../lib/observability/console";
import { processLog } from "../lib/observability/process-log";
import { createRouteMatcher } from "../lib/observability/route-pattern";
import { spanExporter } from "../lib/observability/span-exporter";
import { createFolderTarget } from "../lib/operations/static/folder-target";
import { loadPublishedFiles } from "../lib/operations/static/load-published";
import { type TransportPolicy, transportPolicyOf } from "../lib/security-headers";
import { publishedFolder, readBuildId } from "./build";
import { readBuildConfig } from "./build-config";
import { readRoutePatterns } from "./http/route-patterns";
import { withSecurityHeaders } from "./http/security-headers";
import { createHttpServer, type HttpServer } from "./http/server";
import { createStaticFileHandler, type StaticFileHandler } from "./http/static-files";
import { root } from "./root";

/** Milliseconds for background work at shutdown. A client can repeat a request that is cut off. */
const BACKGROUND_GRACE_MS = 10_000;

/** Serves the application on its port, through the HTTP server. Resolves when it listens. */
export async function startNextServer(env: Env, { dev }: { dev: boolean }): Promise<HttpServer> {
  // The pages name the static host of the build, but their CSP allows the host that is set now.
  if (!dev) readBuildConfig(env.ASSET_PREFIX);
  // Next takes the connections of its hot reload from a server that it is given. This one never
  // listens, so those connections go through the HTTP server, too.
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
  const transport = transportPolicyOf(env);
  const httpServer = createHttpServer({
    handler: withSecurityHeaders(app.getRequestHandler(), transport),
    ...(dev ? {} : { staticFiles: await openStaticFiles(transport) }),
    log,
    routeOf: createRouteMatcher(readRoutePatterns(root, { dev })),
    // Only hot reload upgrades connections, and production has none.
    ...(dev ? { upgrade: (...offer) => void upgrades.emit("upgrade", ...offer) } : {}),
    trustedProxies: env.TRUSTED_PROXIES,
    transport,
    noticeMs: env.SHUTDOWN_NOTICE * 1000,
  });
  // On loopback only this machine can connect, because the demo's passwords are public.
  const hosts = isLoopback(env.APP_URL) ? ["127.0.0.1", "::1"] : [undefined];
  await httpServer.listen(env.PORT, env.HOST ? [env.HOST] : hosts);
  return {
    ...httpServer,
    close: async () => {
      await httpServer.close();
      await waitForBackgroundWork(BACKGROUND_GRACE_MS);
      // The spans of the last requests have not been sent yet.
      await Promise.all([app.close(), spanExporter()?.flush()]);
      const { dossierDb, dossierDecoders } = globalThis as AppGlobals;
      dossierDecoders?.close();
      await dossierDb?.$disconnect();
    },
  };
}

/** Serves the published static files without Next, which does less work for each request. */
async function openStaticFiles(transport: TransportPolicy): Promise<StaticFileHandler> {
  const files = await loadPublishedFiles(createFolderTarget(publishedFolder), readBuildId());
  return createStaticFileHandler(files, transport);
}

/**
 * What app/_server/app-context.ts stores on `globalThis`. The connections close before the database
 * stops, because the pool would report broken ones otherwise.
 */
type AppGlobals = typeof globalThis & { dossierDb?: Db; dossierDecoders?: Decoders };
