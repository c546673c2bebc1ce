import { existsSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { systemClock } from "../../lib/clock";
import { collectStaticFiles } from "../../lib/operations/static/collect-files";
import { createFolderTarget } from "../../lib/operations/static/folder-target";
import { publishFiles } from "../../lib/operations/static/publish";
import { hashBuildInputs } from "../../server/build";
import { root } from "../../server/root";
import { runCommand } from "../../server/run-command";
import { copySources } from "../../tests/support/copy-sources";
import { NEXT_CLI } from "../peers/baseline-app";

/** The site's fields and two for files of 4 GiB: `archive` in parts of 32 MiB as any other, `crate` in one piece. */
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
 * A build of a copy of the sources that differs in one module, the declaration of fields: the product knows no field for files of a gigabyte, and no
 * way to be given one. Built once for the same sources. Returns its folder, to start servers in.
 */
export async function buildWithLargeFields(): Promise<string> {
  const folder = join(root, ".bench", "upload");
  const stamp = join(folder, "built-of");
  const state = `${hashBuildInputs()}\n${FIELDS_SOURCE}`;
  if (existsSync(stamp) && readFileSync(stamp, "utf8") === state) return folder;
  copySources(folder);
  const fields = join(folder, "lib", "fields");
  renameSync(join(fields, "fields.ts"), join(fields, "site-fields.ts"));
  writeFileSync(join(fields, "fields.ts"), FIELDS_SOURCE);
  await runCommand("next build", process.execPath, [NEXT_CLI, "build", folder], {
    NODE_ENV: "production",
    NEXT_TELEMETRY_DISABLED: "1",
  });
  // The front serves static files from where they are published, and does not start without them.
  await publishFiles(collectStaticFiles(folder), createFolderTarget(join(folder, ".static")), {
    clock: systemClock,
    build: readFileSync(join(folder, ".next", "BUILD_ID"), "utf8").trim(),
    keepSeconds: 1,
  });
  writeFileSync(stamp, state);
  return folder;
}
