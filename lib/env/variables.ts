import { schema } from "../env";
import { migrating } from "./migrating";
import { publishing } from "./publishing";

/** Names of all variables, for what has to list them (.env.example). */
export const VARIABLES: readonly string[] = [
  ...new Set([schema, migrating, publishing].flatMap(({ shape }) => Object.keys(shape))),
];
