import type { Env } from "../config/env";
import type { Role } from "../db/generated/enums";

export type SignInSettings = {
  /** URL of the application. Passkeys belong to its host. */
  appUrl: string;
  /** The keys of codes, challenges and cookies are derived from it. */
  secret: string;
  /** Roles that need a second factor for everything but `/security`. */
  secondFactorRoles: readonly Role[];
};

export function signInSettingsFromEnv(
  env: Pick<Env, "APP_URL" | "AUTH_SECRET" | "REQUIRE_SECOND_FACTOR">,
): SignInSettings {
  return {
    appUrl: env.APP_URL,
    secret: env.AUTH_SECRET,
    secondFactorRoles: env.REQUIRE_SECOND_FACTOR,
  };
}
