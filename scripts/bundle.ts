import { parseArgs } from "node:util";
import { buildAndPublish } from "../server/build";
import { loadEnvFiles } from "../server/environment";
import { writeBundle } from "./bundle/write-bundle";

// npm run bundle -- [folder]    builds, and lays out in a folder (.bundle) what runs on Node alone: no npm, no packages, no source
try {
  const { positionals } = parseArgs({ allowPositionals: true });
  if (positionals.length > 1) throw new Error("npm run bundle -- [folder]");
  loadEnvFiles();
  await buildAndPublish();
  const { folder, files, bytes } = await writeBundle(positionals[0] ?? ".bundle");
  console.log(
    `${folder} holds ${files} files, ${(bytes / 1e6).toFixed(1)} MB. It runs by: node bin/dossier.mjs serve`,
  );
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
