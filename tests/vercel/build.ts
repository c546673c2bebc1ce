import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { vercelProgram } from "./cli";
import { copyProject, editJson } from "./project-copy";

/** A low priority, because tests that measure time run at the same time. */
const PROCESS_PRIORITY = 5;

export type VercelBuild = { project: string; output: string; remove(): void };

/**
 * Runs `vercel build` on a copy of this folder, with only the given settings. Needs no network: the
 * project link is written by hand, any token works, and the packages are copied.
 */
export async function buildForVercel(settings: Record<string, string>): Promise<VercelBuild> {
  const { folder: project, remove } = copyProject();
  mkdirSync(join(project, ".vercel"));
  const link = { projectId: "prj_none", orgId: "team_none", settings: { framework: "nextjs" } };
  writeFileSync(join(project, ".vercel/project.json"), JSON.stringify(link));
  editJson(join(project, "vercel.json"), (config) => {
    config.installCommand = "true";
  });
  // A member's file, as on a machine that has run the application.
  mkdirSync(join(project, ".data/storage/private/quarantine"), { recursive: true });
  writeFileSync(join(project, ".data/storage/private/quarantine/planted"), "A member's document.");
  const running = promisify(execFile)(
    process.execPath,
    [vercelProgram, "build", "--prod", "--yes", "--token", "x"],
    {
      cwd: project,
      env: {
        NODE_ENV: "production",
        PATH: process.env.PATH,
        HOME: project,
        // Prevents the download of Prisma's engine, which `generate` never starts.
        PRISMA_SCHEMA_ENGINE_BINARY: process.execPath,
        VERCEL_TELEMETRY_DISABLED: "1",
        NEXT_TELEMETRY_DISABLED: "1",
        ...settings,
      },
      maxBuffer: 64 * 1024 ** 2,
    },
  );
  if (running.child.pid) setPriority(running.child.pid, PROCESS_PRIORITY);
  try {
    const { stdout, stderr } = await running;
    return { project, output: stdout + stderr, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Runs the build command again, expects that it fails, and returns its stderr. */
export async function runBuildCommand(project: string, settings: Record<string, string>): Promise<string> {
  const env = { NODE_ENV: "production" as const, PATH: process.env.PATH, ...settings };
  return promisify(execFile)(process.execPath, ["--import", "tsx", "scripts/vercel-build.ts"], {
    cwd: project,
    env,
  }).then(
    () => {
      throw new Error("The build succeeded.");
    },
    (error: { stderr?: string }) => error.stderr ?? "",
  );
}
