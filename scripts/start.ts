import { startApp } from "../server/start-app";
import { buildAndPublish } from "../server/build";

await startApp({ dev: false, beforeStart: async () => void (await buildAndPublish()) });
