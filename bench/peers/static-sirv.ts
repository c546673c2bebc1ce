import { createServer } from "node:http";
import sirv from "sirv";

// Serves the folder STATIC and its compressed files with sirv, a library that many servers use.
const files = sirv(process.env.STATIC ?? "", {
  brotli: true,
  gzip: true,
  immutable: true,
  maxAge: 31_536_000,
});
const server = createServer((request, response) => files(request, response));
server.listen(Number(process.env.PORT), "127.0.0.1");
process.on("SIGTERM", () => server.close(() => process.exit(0)));
