import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";

/** Returns the name of the program that a process runs, or `undefined` without such a process. */
export function processNameOf(pid: number): string | undefined {
  // Small containers have /proc and no `ps`; macOS has `ps` and no /proc.
  if (existsSync("/proc/self/comm")) {
    try {
      return readFileSync(`/proc/${pid}/comm`, "utf8").trim();
    } catch {
      return undefined;
    }
  }
  const found = spawnSync("ps", ["-p", String(pid), "-o", "comm="], { encoding: "utf8" });
  return found.stdout?.trim().split("/").at(-1) || undefined;
}
