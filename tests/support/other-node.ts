import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describeNpmTool, installTool } from "./npm-tool";

/** The supported major version of Node that does not run the tests: 22 or 24. */
export const OTHER_NODE_MAJOR = process.versions.node.startsWith("22.") ? 24 : 22;

const name = `node-${process.platform === "win32" ? "win" : process.platform}-${process.arch}`;
const tool = describeNpmTool(name, String(OTHER_NODE_MAJOR));

/** The path of its program, installed from npm outside the clone. */
export const otherNodePath = join(tool.folder, "node_modules", name, "bin", "node");

export function hasOtherNode(): boolean {
  return spawnSync(otherNodePath, ["--version"], { stdio: "ignore" }).status === 0;
}

/** Installs it. Returns why that is impossible, or null. */
export function installOtherNode(): Promise<string | null> {
  return installTool(tool);
}
