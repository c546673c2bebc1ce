import { env } from "../../lib/env";
import { serve } from "../serve";

// The built application on PORT and nothing else, for benchmarks that bring its surroundings along in the environment.
const front = await serve(env(), { dev: false });
process.on("SIGTERM", () => void front.close().then(() => process.exit(0)));
