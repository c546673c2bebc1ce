import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describeNpmTool, installTool } from "./npm-tool";

/** Of the two that we promise to run on, the one that does not run this. */
export const OTHER_NODE_MAJOR = process.versions.node.startsWith("22.") ? 24 : 22;

const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const tool = describeNpmTool(name, String(OTHER_NODE_MAJOR));

/** Node's program, from npm, outside of every clone. */
export const otherNodePath = join(tool.folder, "node_modules", name, "bin", "node");

export function hasOtherNode(): boolean {
  return spawnSync(otherNodePath, ["--version"], { stdio: "ignore" }).status === 0;
}

/** Sees to it that it is there. Returns why not, or null. */
export function installOtherNode(): Promise<string | null> {
  return installTool(tool);
}
