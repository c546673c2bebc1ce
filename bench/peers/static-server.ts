import { silentLog } from "../../lib/observability/log";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { loadPublishedFiles } from "../../lib/operations/static/load-published";
import { createHttpServer } from "../../server/http/server";
import { createStaticFileHandler } from "../../server/http/static-files";

// Our front with the static files of the folder in STATIC and the build in BUILD, as `npm start` has it, and no application behind it.
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
