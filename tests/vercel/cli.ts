import { join } from "node:path";
import { describeNpmTool, installTool, isInstalled } from "../support/npm-tool";

/** 360 MB, 290 packages. A build needs no account: it only wants to be told that there is one. */
const vercelTool = describeNpmTool("vercel", "60.1.3");

export const vercelProgram = join(vercelTool.folder, "node_modules/vercel/dist/vc.js");

export function hasVercel(): boolean {
  return isInstalled(vercelTool);
}

/** Sees to it that Vercel's command is there, from npm. Returns why not, or null. */
export function installVercel(): Promise<string | null> {
  return installTool(vercelTool);
}
