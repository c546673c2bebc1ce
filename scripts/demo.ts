import { join } from "node:path";
import { isClockOffset } from "../lib/clock";
import { buildAndPublish } from "../server/build";
import { startApp } from "../server/start-app";

// npm run demo -- later P7M   serves a demo of its own whose clock goes seven months ahead:
//                             files are destroyed, approvals expire, mails are written
const [command, offset = ""] = process.argv.slice(2);
if (command !== "later" || !isClockOffset(offset)) {
  console.error("Usage: npm run demo -- later <ISO 8601 duration, such as P7M>");
  process.exit(2);
}
// What the jobs destroy at a later time is missing now, so the ordinary demo is left alone.
const dataDir = join(process.env.DATA_DIR || ".data", `later-${offset}`);
Object.assign(process.env, { CLOCK_OFFSET: offset, DATA_DIR: dataDir });
await startApp({ dev: false, beforeStart: async () => void (await buildAndPublish()) });
