import { join } from "node:path";
import { describeNpmTool, installTool, isInstalled } from "../support/npm-tool";

/** 360 MB, 290 packages. A build needs no account, only a token of any value. */
const vercelTool = describeNpmTool("vercel", "60.1.3");

export const vercelProgram = join(vercelTool.folder, "node_modules/vercel/dist/vc.js");

export function hasVercel(): boolean {
  return isInstalled(vercelTool);
}

/** Installs Vercel's CLI from npm. Returns why that is impossible, or null. */
export function installVercel(): Promise<string | null> {
  return installTool(vercelTool);
}
