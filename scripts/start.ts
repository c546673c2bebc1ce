import { buildAndPublish } from "../server/build";
import { startApp } from "../server/start-app";

await startApp({ dev: false, beforeStart: async () => void (await buildAndPublish()) });
