import { runChecks, TYPES } from "./repository-checks/run-checks";

// npm run types: Next's route types, then the whole tree.
process.exitCode = (await runChecks(TYPES)).failed.length > 0 ? 1 : 0;
