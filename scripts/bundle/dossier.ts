import { root } from "../../server/root";

// node bin/dossier.mjs <command> [arguments]    the commands of package.json, `serve` and `health`
const COMMANDS: Record<string, () => Promise<unknown>> = {
  serve: () => import("./serve"),
  worker: () => import("../worker"),
  migrate: () => import("../migrate"),
  storage: () => import("../storage"),
  static: () => import("../static"),
  person: () => import("../person"),
  retention: () => import("../retention"),
  trail: () => import("../trail"),
  health: () => import("./health"),
};

// The application finds its fonts and pages relative to the working directory.
process.chdir(root);
// A container's account has no home folder, and the AWS SDK needs one to look for settings.
process.env.HOME ??= root;
const [name = ""] = process.argv.splice(2, 1);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command) await command();
else {
  console.error(`Usage: node bin/dossier.mjs ${Object.keys(COMMANDS).join("|")}`);
  process.exitCode = 2;
}
