import type { Role } from "../db/generated/enums";

/** The person who sends a request, as the database knows them at this request. */
export type Viewer = {
  id: string;
  name: string;
  email: string;
  handle: string;
  role: Role;
  /** Whether the person has a second factor. Left out: none is known. */
  hasSecondFactor?: boolean;
  /** What members see in place of the name, if an admin has set it. */
  workName?: string | null;
  /**
   * Fields whose documents this person may see. Only a grant opens a foreign file; a role never
   * does.
   */
  grants: string[];
};

/** Returns the name that members see: of a reviewer or an admin the work name, if there is one. */
export function nameForMembers({ name, role, workName }: Pick<Viewer, "name" | "role" | "workName">): string {
  return role === "member" ? name : (workName ?? name);
}
