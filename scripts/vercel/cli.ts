import { join } from "node:path";
import { installTool, isInstalled, toolFromNpm } from "../../lib/testing/from-npm";

/** 360 MB, 290 packages. A build needs no account: it only wants to be told that there is one. */
const cli = toolFromNpm("vercel", "60.1.3");

export const vercelProgram = join(cli.folder, "node_modules/vercel/dist/vc.js");

export function hasVercel(): boolean {
  return isInstalled(cli);
}

/** Sees to it that Vercel's command is there, from npm. Returns why not, or null. */
export function installVercel(): Promise<string | null> {
  return installTool(cli);
}
