import { env } from "../../lib/config/env";
import { startNextServer } from "../../server/next-server";

// Serves the built application on PORT. The tests and benchmarks start it with a database.
const server = await startNextServer(env(), { dev: false });
process.on("SIGTERM", () => void server.close().then(() => process.exit(0)));
