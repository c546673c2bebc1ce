import type { Role } from "../db/generated/enums";

/** Who is asking, as the database says at this very request. */
export type Viewer = {
  id: string;
  name: string;
  email: string;
  handle: string;
  role: Role;
  /** Fields whose documents this person may see. Nothing else opens a foreign file: no role does. */
  grants: string[];
};
