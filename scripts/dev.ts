import { startApp } from "../server/start-app";

await startApp({ dev: true });
