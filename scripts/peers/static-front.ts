import { silentLog } from "../../lib/log/log";
import { folderTarget } from "../../lib/static/folder";
import { loadStatic } from "../../lib/static/load";
import { createFront } from "../front/front";
import { staticFiles } from "../front/static-files";

// Our front with the static files of the folder in STATIC and the build in BUILD, as `npm start` has it, and no application behind it.
const target = folderTarget(process.env.STATIC ?? "");
const files = staticFiles(await loadStatic(target, process.env.BUILD ?? ""), { https: false });
const front = createFront({
  handler: (_request, response) => void response.writeHead(404).end(),
  files,
  log: silentLog,
  routeOf: () => "unmatched",
  trustedProxies: 0,
});
await front.listen(Number(process.env.PORT), ["127.0.0.1"]);
process.on("SIGTERM", () => void front.close().then(() => process.exit(0)));
