import { startApp } from "../server/start-app";

// npm run dev: serves with hot reload
await startApp({ dev: true });
