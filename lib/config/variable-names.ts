import { envSchema } from "./env";
import { migrationEnvSchema } from "./migration-env";
import { staticPublishEnvSchema } from "./static-publish-env";

/** Names of all variables, for the checks of .env.example and the docs. */
export const ENV_VARIABLE_NAMES: readonly string[] = [
  ...new Set(
    [envSchema, migrationEnvSchema, staticPublishEnvSchema].flatMap(({ shape }) => Object.keys(shape)),
  ),
];
