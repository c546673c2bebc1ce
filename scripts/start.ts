import { buildAndPublish } from "../server/build";
import { startApp } from "../server/start-app";

// npm start: builds if necessary, then serves
await startApp({ dev: false, beforeStart: async () => void (await buildAndPublish()) });
