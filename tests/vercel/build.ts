import { execFile } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { setPriority } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { vercelProgram } from "./cli";
import { copyProject, editJson } from "./project-copy";

/** A third of what another process gets: tests that measure time run beside it. */
const PROCESS_PRIORITY = 5;

export type VercelBuild = { project: string; output: string; remove(): void };

/**
 * Runs `vercel build` on a copy of this folder, with these settings and no others. Nothing is asked of the network: a project that is linked by hand and
 * any token will do, and packages are there already.
 */
export async function buildForVercel(settings: Record<string, string>): Promise<VercelBuild> {
  const { folder: project, remove } = copyProject();
  mkdirSync(join(project, ".vercel"));
  const link = { projectId: "prj_none", orgId: "team_none", settings: { framework: "nextjs" } };
  writeFileSync(join(project, ".vercel/project.json"), JSON.stringify(link));
  editJson(join(project, "vercel.json"), (config) => {
    config.installCommand = "true";
  });
  // A member's file, where it lies on a machine that has run the application.
  mkdirSync(join(project, ".data/storage/private/quarantine"), { recursive: true });
  writeFileSync(join(project, ".data/storage/private/quarantine/planted"), "A member's paper.");
  const running = promisify(execFile)(
    process.execPath,
    [vercelProgram, "build", "--prod", "--yes", "--token", "x"],
    {
      cwd: project,
      env: {
        NODE_ENV: "production",
        PATH: process.env.PATH,
        HOME: project,
        // The build's own reach for Prisma's engine ends at once where there is no network, and needs none to generate.
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

/** Begins the build's own command once more, which is expected to refuse. Returns what it says. */
export async function runBuildCommand(project: string, settings: Record<string, string>): Promise<string> {
  const env = { NODE_ENV: "production" as const, PATH: process.env.PATH, ...settings };
  return promisify(execFile)(process.execPath, ["--import", "tsx", "scripts/vercel-build.ts"], {
    cwd: project,
    env,
  }).then(
    () => {
      throw new Error("It was built.");
    },
    (error: { stderr?: string }) => error.stderr ?? "",
  );
}
