import { LINT, runChecks } from "./repository-checks/run-checks";

// npm run lint: format, language, unused code and import directions.
process.exitCode = (await runChecks(LINT)).failed.length > 0 ? 1 : 0;
