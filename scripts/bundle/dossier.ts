import { root } from "../../server/root";

// node bin/dossier.mjs <command> [arguments]: what a bundle can do. The commands are those of package.json, but for `serve` and `health`.
const COMMANDS: Record<string, () => Promise<unknown>> = {
  serve: () => import("./serve"),
  worker: () => import("../worker"),
  migrate: () => import("../migrate"),
  storage: () => import("../storage"),
  static: () => import("../static"),
  person: () => import("../person"),
  health: () => import("./health"),
};

// Fonts and pages are found from the folder of the application, as in a clone.
process.chdir(root);
// A container's account is a number without a home, and the AWS SDK fails where it may not look for settings in one.
process.env.HOME ??= root;
const [name = ""] = process.argv.splice(2, 1);
const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
if (command) await command();
else {
  console.error(`node bin/dossier.mjs ${Object.keys(COMMANDS).join("|")}`);
  process.exitCode = 2;
}
