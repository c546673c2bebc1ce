"use client";

import { type RefObject, useEffect, useRef } from "react";
import { Button } from "@/app/_ui/button";
import { Select, TextArea, TextField } from "@/app/_ui/field";
import { formatDate } from "@/app/_ui/format";
import type { FieldError } from "@/lib/errors";
import { DECISIONS } from "@/lib/review/decisions";
import { isApproval, type Outcome } from "@/lib/review/outcomes";
import { controlId, type ReviewField, findMissingEntries, defaultValidUntil } from "./decision-request";
import type { Draft } from "./draft";

/** The one decision that is open: why, what the member is told, what colleagues are told, and the press that sends it. */
export function DecisionForm({
  outcome,
  field,
  draft,
  onDraftChange: onDraft,
  errors,
  now,
  pending,
  shouldFocus: takesFocus,
  onSend,
  onClose,
}: {
  outcome: Outcome;
  field: ReviewField;
  draft: Draft;
  onDraftChange: (draft: Draft) => void;
  errors: readonly FieldError[];
  now: string;
  pending: boolean;
  /** It was opened by a press just now, and not found in what was written before. */
  shouldFocus: boolean;
  onSend: (outcome: Outcome) => void;
  onClose: () => void;
}) {
  const rule = DECISIONS[outcome];
  const form = useRef<HTMLFormElement>(null);
  useFocusOnNextControl(form, takesFocus, findMissingEntries(field, draft, outcome)[0]?.path);
  const errorOf = (path: string) => errors.find((each) => each.path === path)?.message;
  const usual = defaultValidUntil(field, draft, new Date(now));
  return (
    <form
      ref={form}
      noValidate
      aria-label={rule.label}
      className="grid gap-4 border-l-4 border-accent pl-4"
      onSubmit={(event) => {
        event.preventDefault();
        if (!pending) onSend(outcome);
      }}
      onKeyDown={(event) => {
        if (event.key !== "Escape") return;
        event.preventDefault();
        onClose();
        // The form goes; where it was opened stays.
        document
          .querySelector<HTMLElement>(`[aria-controls="decision-form"][aria-keyshortcuts="${rule.key}"]`)
          ?.focus();
      }}
    >
      {rule.needsReason ? (
        <Select
          name="reason"
          label="Reason"
          hint="The member reads it."
          error={errorOf("reason")}
          value={draft.reason}
          onChange={(event) => onDraft({ ...draft, reason: event.currentTarget.value })}
        >
          <option value="">Choose a reason</option>
          {field.reasons
            .filter((reason) => reason.outcome === outcome)
            .map(({ code, label }) => (
              <option key={code} value={code}>
                {label}
              </option>
            ))}
        </Select>
      ) : null}
      {isApproval(outcome) ? (
        <TextField
          type="date"
          name="validUntil"
          label="Valid until"
          optional
          hint={
            usual
              ? `Leave it empty for the usual: ${formatDate(usual)}.`
              : "Leave it empty if this approval does not run out."
          }
          error={errorOf("validUntil")}
          value={draft.validUntil}
          onChange={(event) => onDraft({ ...draft, validUntil: event.currentTarget.value })}
          min={now.slice(0, 10)}
        />
      ) : null}
      <TextArea
        name="message"
        label="Message to the member"
        optional
        hint={rule.needsReason ? "What to do about it, in your own words." : "They see it with the decision."}
        rows={3}
        maxLength={2000}
        error={errorOf("message")}
        value={draft.message}
        onChange={(event) => onDraft({ ...draft, message: event.currentTarget.value })}
      />
      <TextArea
        name="note"
        label="Internal note"
        optional
        hint="For reviewers. The member may ask to see it, so write what you would say to them."
        rows={2}
        maxLength={2000}
        error={errorOf("note")}
        value={draft.note}
        onChange={(event) => onDraft({ ...draft, note: event.currentTarget.value })}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" pending={pending} pendingLabel="Sending">
          {rule.confirm}
        </Button>
        <Button variant="plain" onClick={onClose}>
          Not yet
        </Button>
      </div>
    </form>
  );
}

/** Where this decision goes on: the first thing that it still needs, else the press that sends it. Only when it is opened. */
function useFocusOnNextControl(
  form: RefObject<HTMLFormElement | null>,
  takesFocus: boolean,
  missing: string | undefined,
): void {
  const atOpening = useRef({ takesFocus, missing });
  useEffect(() => {
    const { takesFocus, missing } = atOpening.current;
    if (!takesFocus) return;
    const next =
      missing === undefined
        ? form.current?.querySelector<HTMLElement>("button[type=submit]")
        : document.getElementById(controlId(missing));
    next?.focus();
  }, [form]);
}
