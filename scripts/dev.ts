import { application } from "./application";

await application({ dev: true });
