import { application } from "./application";
import { build } from "./build";

await application({ dev: false, before: async () => void (await build()) });
