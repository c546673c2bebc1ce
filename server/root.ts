import { fileURLToPath } from "node:url";

/** The folder of the clone or of the bundle. Bundled programs are in its `bin/`, a level below. */
export const root = fileURLToPath(new URL("..", import.meta.url));
