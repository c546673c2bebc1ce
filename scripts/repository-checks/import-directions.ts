import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../../server/root";

const cruiserReport = z.object({
  summary: z.object({
    totalCruised: z.number(),
    violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })),
  }),
});

export type ImportViolation = z.infer<typeof cruiserReport>["summary"]["violations"][number];

/** Reads every import below a folder against the rules of its .dependency-cruiser.mjs. */
export async function checkImportDirections(
  folder: string,
): Promise<{ modules: number; violations: ImportViolation[] }> {
  const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruiser.mjs");
  const rooms = ["app", "lib", "server", "scripts", "tests", "e2e", "prisma"].filter((name) =>
    existsSync(join(folder, name)),
  );
  const args = [program, "--config", ".dependency-cruiser.mjs", "--output-type", "json", ...rooms];
  const printed = await new Promise<string>((done) => {
    // Exit codes count violations; only what cannot be read is a failure of the check itself.
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 1 << 28 }, (_error, stdout, stderr) =>
      done(stdout || stderr),
    );
  });
  const { totalCruised, violations } = cruiserReport.parse(JSON.parse(printed)).summary;
  return { modules: totalCruised, violations };
}
