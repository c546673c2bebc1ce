import { parseArgs } from "node:util";
import { buildAndPublish } from "../server/build";
import { loadEnvFiles } from "../server/environment";
import { writeBundle } from "./bundle/write-bundle";

// npm run bundle -- [folder]    builds, and writes to a folder (.bundle) what runs with Node alone
try {
  const { positionals } = parseArgs({ allowPositionals: true });
  if (positionals.length > 1) throw new Error("Usage: npm run bundle -- [folder]");
  loadEnvFiles();
  await buildAndPublish();
  const { folder, files, bytes } = await writeBundle(positionals[0] ?? ".bundle");
  console.log(
    `${folder} contains ${files} files, ${(bytes / 1e6).toFixed(1)} MB. Start it there: node bin/dossier.mjs serve`,
  );
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
