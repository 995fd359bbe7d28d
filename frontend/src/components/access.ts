/** What a role may do, so that nothing is offered that the server would refuse. The server decides. */

import type { Role } from "../api/types";

const RIGHTS = {
  annotate: ["annotator", "curator", "manager"],
  curate: ["curator", "manager"],
  see_members: ["curator", "manager"],
  manage: ["manager"],
  see_register: ["annotator", "curator", "manager"],
  edit_register: ["annotator", "curator", "manager"],
  merge_entities: ["curator", "manager"],
  import: ["manager"],
  export: ["curator", "manager"],
} as const satisfies Record<string, readonly Role[]>;

export type Right = keyof typeof RIGHTS;

export const may = (role: Role, right: Right): boolean => (RIGHTS[right] as readonly Role[]).includes(role);
