"use client";

import { type FormEvent, useCallback, useState } from "react";
import { AddressListField } from "@/app/_ui/address-list/address-list-field";
import { BatchReport } from "@/app/_ui/address-list/batch-report";
import type { Address, AddressList } from "@/app/_ui/address-list/parse-address-list";
import { useBatches } from "@/app/_ui/address-list/use-batches";
import { Button } from "@/app/_ui/button";
import { callApi } from "@/app/_ui/call-api";
import { ErrorSummary, type SummaryError } from "@/app/_ui/error-summary";
import { Select, TextArea, TextField } from "@/app/_ui/field";
import { SiteLink } from "@/app/_ui/site-link";
import { useEarlySubmit } from "@/app/_ui/use-early-submit";

const LABELS = {
  created: "Asked",
  exists: "Asked already, or the document is in place",
  unknown: "No member has this address",
} as const;

const STATES = Object.keys(LABELS) as (keyof typeof LABELS)[];

/** Asks the members of a list for one document. The entries stay after every error. */
export function AskForm({
  fields,
  today,
  addresses,
}: {
  fields: readonly { name: string; label: string }[];
  /** The organisation's day. */
  today: string;
  /** The first content of the list. */
  addresses: string;
}) {
  const [list, setList] = useState<AddressList | null>(null);
  const [errors, setErrors] = useState<SummaryError[]>([]);
  const form = useEarlySubmit(list !== null);
  const run = useBatches<Address, keyof typeof LABELS>(STATES);
  const takeList = useCallback((parsed: AddressList) => setList(parsed), []);
  const errorOf = (path: string) => errors.find((error) => error.path === path)?.message;

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (run.isSending) return;
    const entries = new FormData(event.currentTarget);
    const text = (name: string) => String(entries.get(name) ?? "").trim();
    const dueAt = text("dueAt");
    const found = [
      ...(text("field") ? [] : [{ path: "field", message: "Choose a document." }]),
      ...(dueAt && dueAt < today ? [{ path: "dueAt", message: "Choose today or a later day." }] : []),
      ...(list?.addresses.length
        ? []
        : [{ path: "addresses", message: "Enter at least one e-mail address." }]),
    ];
    setErrors(found);
    if (found.length > 0 || !list) return;
    const request = {
      field: text("field"),
      ...(text("message") ? { message: text("message") } : {}),
      ...(dueAt ? { dueAt } : {}),
    };
    void run.start(list.addresses, (batch) =>
      callApi("POST", "/api/requests", { body: { ...request, emails: batch.map(({ email }) => email) } }),
    );
  }

  return (
    <div className="grid max-w-2xl gap-8">
      <form ref={form} method="post" noValidate onSubmit={submit} className="grid gap-5">
        <ErrorSummary errors={errors} title="Nothing was sent yet" />
        <Select label="Document" name="field" defaultValue="" error={errorOf("field")}>
          <option value="">Choose…</option>
          {fields.map(({ name, label }) => (
            <option key={name} value={name}>
              {label}
            </option>
          ))}
        </Select>
        <TextField
          label="Due date"
          name="dueAt"
          type="date"
          optional
          min={today}
          hint="The last day. Members get reminders a week before, on that day and after it."
          error={errorOf("dueAt")}
          className="max-w-xs"
        />
        <TextArea
          label="Message"
          name="message"
          optional
          rows={3}
          maxLength={500}
          hint="Every member of the list reads it on the page “Documents”. It is not in the mail. At most 500 characters."
        />
        <AddressListField
          name="addresses"
          label="Members"
          hint="E-mail addresses, one in each line or separated by commas. Up to 100,000."
          error={errorOf("addresses")}
          defaultValue={addresses}
          onChange={takeList}
        />
        <div>
          <Button type="submit" variant="primary" pending={run.isSending} pendingLabel="Asking…">
            Ask
          </Button>
        </div>
      </form>
      <BatchReport
        run={run}
        label="Asking members"
        labels={LABELS}
        good="created"
        nameOf={({ email }) => email}
      />
      {run.status === "ended" ? (
        <p>
          <SiteLink className="link" href="/admin/requests">
            Show all requests
          </SiteLink>
        </p>
      ) : null}
    </div>
  );
}
