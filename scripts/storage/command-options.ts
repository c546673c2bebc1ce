/** The options of `npm run storage -- <command>`. A command throws if it does not support one. */
export type StorageCommandOptions = { json: boolean; dryRun: boolean; repair: boolean };
