import { env } from "../../lib/config/env";
import { startNextServer } from "../../server/next-server";

// The built application on PORT and nothing else, for benchmarks that bring its surroundings along in the environment.
const server = await startNextServer(env(), { dev: false });
process.on("SIGTERM", () => void server.close().then(() => process.exit(0)));
