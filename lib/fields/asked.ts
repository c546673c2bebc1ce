import type { Field } from "./field";

/** Tells whether every member is asked for files of this field, without a request of an admin. */
export function isAskedOfEveryone({ storage, asked }: Pick<Field, "storage" | "asked">): boolean {
  return storage === "private" && asked !== "on request";
}
