import { wasChanged } from "@/app/_ui/early-input";
import { controlId, type ReviewField } from "./decision-request";
import type { Draft } from "./draft";

/** Reads the facts that the reviewer entered before the page's scripts ran. */
export function readEarlyFacts({ facts }: ReviewField): Draft["facts"] {
  return Object.fromEntries(
    facts.flatMap(({ name }) => {
      const control = document.getElementById(controlId(`facts.${name}`));
      if (!(control instanceof HTMLInputElement) || !wasChanged(control)) return [];
      return [[name, control.type === "checkbox" ? control.checked : control.value] as const];
    }),
  );
}
