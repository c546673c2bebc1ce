import { envSchema } from "./env";
import { migrationEnvSchema } from "./migration-env";
import { staticPublishEnvSchema } from "./static-publish-env";

/** Names of all variables, for what has to list them (.env.example). */
export const ENV_VARIABLE_NAMES: readonly string[] = [
  ...new Set([envSchema, migrationEnvSchema, staticPublishEnvSchema].flatMap(({ shape }) => Object.keys(shape))),
];
