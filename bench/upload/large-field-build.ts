import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { collectStaticFiles } from "../../lib/operations/static/collect-files";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { publishFiles } from "../../lib/operations/static/publish";
import { hashBuildInputs } from "../../server/build";
import { root } from "../../server/root";
import { runCommand } from "../../server/run-command";
import { copyServer, copySources } from "../../tests/support/copy-sources";
import { NEXT_CLI } from "../peers/baseline-app";

/** Adds two fields for files of 4 GiB: `archive` in parts of 32 MiB, `crate` with a single PUT. */
const FIELDS_SOURCE = `import { fields as site } from "./site-fields";
import { declareFields } from "./registry";
import { withLargeFields } from "./testing/large-fields";

const { fields: large } = withLargeFields({ fields: site });
const archive = large.get("archive");
export const fields = declareFields([
  ...large.values(),
  { ...archive, name: "crate", label: "Crates", partSize: archive.maxSize },
]);
`;

/**
 * Builds a copy of the sources with other fields, because the application has no field for files of
 * a gigabyte. Builds once for the same sources. Returns the folder, to start servers in.
 */
export async function buildWithLargeFields(): Promise<string> {
  const folder = join(root, ".bench", "upload");
  const stamp = join(folder, "built-of");
  const inputHash = `${hashBuildInputs()}\n${FIELDS_SOURCE}`;
  const isBuilt = existsSync(stamp) && readFileSync(stamp, "utf8") === inputHash;
  if (!isBuilt) copySources(folder);
  copyServer(folder);
  if (isBuilt) return folder;
  const fields = join(folder, "lib", "fields");
  renameSync(join(fields, "fields.ts"), join(fields, "site-fields.ts"));
  writeFileSync(join(fields, "fields.ts"), FIELDS_SOURCE);
  await runCommand("next build", process.execPath, [NEXT_CLI, "build", folder], {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  });
  // The HTTP server does not start without published static files.
  await publishFiles(collectStaticFiles(folder), createFolderTarget(join(folder, ".static")), {
    clock: systemClock,
    build: readFileSync(join(folder, ".next", "BUILD_ID"), "utf8").trim(),
    keepSeconds: 1,
  });
  writeFileSync(stamp, inputHash);
  return folder;
}
