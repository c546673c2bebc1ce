"use client";

import { type RefObject, useEffect, useRef } from "react";
import { Button } from "@/app/_ui/button";
import { Select, TextArea, TextField } from "@/app/_ui/field";
import { formatDate } from "@/app/_ui/format";
import { useToday } from "@/app/_ui/time";
import type { FieldError } from "@/lib/errors";
import type { Day } from "@/lib/fields/calendar";
import { validUntilOf } from "@/lib/fields/validity";
import { DECISIONS } from "@/lib/review/decisions";
import { isApproval, type Outcome } from "@/lib/review/outcomes";
import { controlId, findMissingEntries, type ReviewField } from "./decision-request";
import type { Draft } from "./draft";

/** The form of the open decision: reason, message to the member, internal note. */
export function DecisionForm({
  outcome,
  field,
  draft,
  onDraftChange,
  errors,
  now,
  organisationDay,
  pending,
  shouldFocus,
  onSend,
  onClose,
}: {
  outcome: Outcome;
  field: ReviewField;
  draft: Draft;
  onDraftChange: (draft: Draft) => void;
  errors: readonly FieldError[];
  now: string;
  organisationDay: Day;
  pending: boolean;
  /** The reviewer has just opened it; it does not come from a restored draft. */
  shouldFocus: boolean;
  onSend: (outcome: Outcome) => void;
  onClose: () => void;
}) {
  const rule = DECISIONS[outcome];
  const form = useRef<HTMLFormElement>(null);
  useFocusOnNextControl(form, shouldFocus, findMissingEntries(field, draft, outcome)[0]?.path);
  const errorOf = (path: string) => errors.find((each) => each.path === path)?.message;
  const today = useToday(now);
  const byRule = validUntilOf(field, draft.facts, organisationDay);
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
        // The form disappears, its button stays.
        document
          .querySelector<HTMLElement>(`[aria-controls="decision-form"][aria-keyshortcuts="${rule.key}"]`)
          ?.focus();
      }}
    >
      {rule.needsReason ? (
        <Select
          name="reason"
          label="Reason"
          hint="The member sees this reason."
          error={errorOf("reason")}
          value={draft.reason}
          onChange={(event) => onDraftChange({ ...draft, reason: event.currentTarget.value })}
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
            byRule
              ? `Leave this empty for the default: ${formatDate(byRule)}.`
              : "Leave this empty if the approval does not expire."
          }
          error={errorOf("validUntil")}
          value={draft.validUntil}
          onChange={(event) => onDraftChange({ ...draft, validUntil: event.currentTarget.value })}
          min={today}
        />
      ) : null}
      <TextArea
        name="message"
        label="Message to the member"
        optional
        hint={
          rule.needsReason
            ? "Tell the member what to do, in your own words."
            : "The member sees it with the decision."
        }
        rows={3}
        maxLength={2000}
        error={errorOf("message")}
        value={draft.message}
        onChange={(event) => onDraftChange({ ...draft, message: event.currentTarget.value })}
      />
      <TextArea
        name="note"
        label="Internal note"
        optional
        hint="For reviewers. The member can ask to read it, so write only what you would tell the member."
        rows={2}
        maxLength={2000}
        error={errorOf("note")}
        value={draft.note}
        onChange={(event) => onDraftChange({ ...draft, note: event.currentTarget.value })}
      />
      <div className="flex flex-wrap gap-2">
        <Button type="submit" variant="primary" pending={pending} pendingLabel="Sending">
          {rule.confirm}
        </Button>
        <Button variant="plain" onClick={onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}

/** Focuses the first missing entry when the form opens, else the button that sends it. */
function useFocusOnNextControl(
  form: RefObject<HTMLFormElement | null>,
  shouldFocus: boolean,
  missingPath: string | undefined,
): void {
  const atOpening = useRef({ shouldFocus, missingPath });
  useEffect(() => {
    const { shouldFocus, missingPath } = atOpening.current;
    if (!shouldFocus) return;
    const next =
      missingPath === undefined
        ? form.current?.querySelector<HTMLElement>("button[type=submit]")
        : document.getElementById(controlId(missingPath));
    next?.focus();
  }, [form]);
}
