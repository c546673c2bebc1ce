import type { Role } from "../db/generated/enums";
import { Problem } from "../errors";
import type { Viewer } from "./viewer";

/** Tells whether the role of a person needs a second factor that the person does not have. */
export function lacksSecondFactor(
  { role, hasSecondFactor = false }: Pick<Viewer, "role" | "hasSecondFactor">,
  roles: readonly Role[],
): boolean {
  return !hasSecondFactor && roles.includes(role);
}

/** Errors: second_factor_required, if the role needs one and the viewer has none. */
export function requireSecondFactor(viewer: Viewer, roles: readonly Role[]): void {
  if (!lacksSecondFactor(viewer, roles)) return;
  throw new Problem(
    "second_factor_required",
    "Your role needs a second factor. Add a passkey or an authenticator app on the page “Security” first.",
  );
}
