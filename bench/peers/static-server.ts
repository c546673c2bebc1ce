import { silentLog } from "../../lib/observability/log";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { loadPublishedFiles } from "../../lib/operations/static/load-published";
import { createHttpServer } from "../../server/http/server";
import { createStaticFileHandler } from "../../server/http/static-files";

// The application's HTTP server without an application. It serves the folder STATIC and the build
// BUILD, as `npm start` does.
const target = createFolderTarget(process.env.STATIC ?? "");
const files = createStaticFileHandler(await loadPublishedFiles(target, process.env.BUILD ?? ""), {
  https: false,
});
const server = createHttpServer({
  handler: (_request, response) => void response.writeHead(404).end(),
  staticFiles: files,
  log: silentLog,
  routeOf: () => "unmatched",
  trustedProxies: 0,
});
await server.listen(Number(process.env.PORT), ["127.0.0.1"]);
process.on("SIGTERM", () => void server.close().then(() => process.exit(0)));
