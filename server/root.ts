import { fileURLToPath } from "node:url";

/** The folder of the application: of the clone, or of a bundle, whose programs lie one folder below as well. */
export const root = fileURLToPath(new URL("..", import.meta.url));
