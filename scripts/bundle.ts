import { parseArgs } from "node:util";
import { build } from "./build";
import { layOut } from "./bundle/lay-out";
import { readSettings } from "./surroundings";

// npm run bundle -- [folder]    builds, and lays out in a folder (.bundle) what runs on Node alone: no npm, no packages, no source
try {
  const { positionals } = parseArgs({ allowPositionals: true });
  if (positionals.length > 1) throw new Error("npm run bundle -- [folder]");
  readSettings();
  await build();
  const { folder, files, bytes } = await layOut(positionals[0] ?? ".bundle");
  console.log(
    `${folder} holds ${files} files, ${(bytes / 1e6).toFixed(1)} MB. It runs by: node bin/dossier.mjs serve`,
  );
} catch (thrown) {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
}
