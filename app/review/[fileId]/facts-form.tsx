"use client";

import { Checkbox } from "@/app/_ui/checkbox";
import { TextField } from "@/app/_ui/field";
import type { FieldError } from "@/lib/errors";
import { controlId, type ReviewField } from "./decision-request";
import type { Draft } from "./draft";

/** The facts that the field declares, for the reviewer to enter. */
export function FactsForm({
  field,
  draft,
  onDraftChange,
  errors,
  today,
}: {
  field: ReviewField;
  draft: Draft;
  onDraftChange: (draft: Draft) => void;
  errors: readonly FieldError[];
  /** `YYYY-MM-DD`. */
  today: string;
}) {
  if (field.facts.length === 0) return null;
  const set = (name: string, value: string | boolean) =>
    onDraftChange({ ...draft, facts: { ...draft.facts, [name]: value } });
  return (
    <fieldset className="grid gap-4">
      <legend className="pb-2 font-bold">Details from the document</legend>
      {field.facts.map((fact) => {
        const { name, label, kind, required } = fact;
        const path = `facts.${name}`;
        const id = controlId(path);
        const error = errors.find((each) => each.path === path)?.message;
        const value = draft.facts[name];
        if (kind === "check") {
          return (
            <Checkbox
              key={name}
              id={id}
              name={id}
              label={label}
              hint={error}
              aria-invalid={error ? true : undefined}
              checked={value === true}
              onChange={(event) => set(name, event.currentTarget.checked)}
            />
          );
        }
        return (
          <TextField
            key={name}
            name={id}
            label={label}
            type={kind}
            optional={!required}
            error={error}
            value={typeof value === "string" ? value : ""}
            onChange={(event) => set(name, event.currentTarget.value)}
            autoComplete="off"
            {...(fact.kind === "date" ? dateLimits(fact.when, today) : { maxLength: 100 })}
          />
        );
      })}
    </fieldset>
  );
}

function dateLimits(when: "past" | "future" | "any" = "past", today: string): { min?: string; max?: string } {
  return when === "past" ? { max: today } : when === "future" ? { min: today } : {};
}
