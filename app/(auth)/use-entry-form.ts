"use client";

import { type FormEvent, useState } from "react";
import { type ApiProblem, callApi, problemOf } from "@/app/_ui/call-api";
import type { SummaryError } from "@/app/_ui/error-summary";
import { useEarlySubmit } from "@/app/_ui/use-early-submit";
import { validateCredentials } from "./auth-problem";

/** The server's minimum. Checking it here too gives the message without a request. */
export const MIN_PASSWORD_LENGTH = 10;

type Entries = Record<string, string>;

/**
 * Sends the entries of a form to the API, and calls `done` with them and the response. `done` may
 * return errors too. The inputs are uncontrolled, so entries stay after an error and password
 * managers work.
 */
export function useEntryForm({
  path,
  minPassword = MIN_PASSWORD_LENGTH,
  done,
}: {
  path: string;
  minPassword?: number;
  done: (entries: Entries, body: unknown) => Promise<SummaryError[] | undefined>;
}) {
  const form = useEarlySubmit();
  const [errors, setErrors] = useState<SummaryError[]>([]);
  const [pending, setPending] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const entries: Entries = {};
    for (const [name, value] of new FormData(event.currentTarget)) entries[name] = String(value);
    const problems = validateEntries(entries, minPassword);
    setErrors(problems);
    if (problems.length > 0) return;
    setPending(true);
    const response = await callApi("POST", path, { body: entries });
    const isDone = response.status >= 200 && response.status < 300;
    const found = isDone ? await done(entries, response.body) : summaryErrorsOf(problemOf(response), entries);
    // Without errors the next page loads.
    if (!found) return;
    setErrors(found);
    setPending(false);
  }

  const errorOf = (name: string) => errors.find((error) => error.path === name)?.message;
  return { form, errors, errorOf, pending, onSubmit };
}

/** Checks those of the entries that the form has. */
function validateEntries(entries: Entries, minPassword: number): SummaryError[] {
  const { email = "a@b", password = "x".repeat(minPassword), ...rest } = entries;
  return validateCredentials({ ...rest, email, password }, { minPassword });
}

function summaryErrorsOf({ detail, errors = [] }: ApiProblem, entries: Entries): SummaryError[] {
  const [first] = errors.filter(({ path }) => path in entries);
  return [{ path: first?.path ?? "", message: sentenceOf(detail, first?.path, first?.message) }];
}

const LABELS = new Map([
  ["name", "The name"],
  ["email", "The e-mail address"],
  ["password", "The password"],
]);

/** The detail of a schema names no entry. */
function sentenceOf(detail: string, path: string | undefined, message: string | undefined): string {
  const label = path === undefined ? undefined : LABELS.get(path);
  return label && detail.startsWith("Some entries") ? `${label} ${message}.` : detail;
}
