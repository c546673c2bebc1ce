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
  /**
   * Fields whose documents this person may see. Only a grant opens a foreign file; a role never
   * does.
   */
  grants: string[];
};
