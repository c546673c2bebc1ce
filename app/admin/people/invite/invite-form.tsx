"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useCallback, useState } from "react";
import { AddressListField } from "@/app/_ui/address-list/address-list-field";
import { BatchReport } from "@/app/_ui/address-list/batch-report";
import type { Address, AddressList } from "@/app/_ui/address-list/parse-address-list";
import { useBatches } from "@/app/_ui/address-list/use-batches";
import { Button } from "@/app/_ui/button";
import { callApi } from "@/app/_ui/call-api";
import { Checkbox } from "@/app/_ui/checkbox";
import { ErrorSummary, type SummaryError } from "@/app/_ui/error-summary";
import { Select } from "@/app/_ui/field";
import { useEarlySubmit } from "@/app/_ui/use-early-submit";

const LABELS = {
  invited: "Invited",
  exists: "Has an account already",
  invalid: "Not a valid address",
} as const;

const STATES = Object.keys(LABELS) as (keyof typeof LABELS)[];

/** Invites one person or a list. All of them get the same role. The entries stay after an error. */
export function InviteForm({ fields }: { fields: readonly { name: string; label: string }[] }) {
  const router = useRouter();
  const [list, setList] = useState<AddressList | null>(null);
  const [role, setRole] = useState("member");
  const [errors, setErrors] = useState<SummaryError[]>([]);
  const form = useEarlySubmit(list !== null);
  const run = useBatches<Address, keyof typeof LABELS>(STATES);
  const takeList = useCallback((parsed: AddressList) => setList(parsed), []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (run.isSending || !list) return;
    const chosen = new FormData(event.currentTarget);
    const isEmpty = list.addresses.length === 0;
    setErrors(isEmpty ? [{ path: "addresses", message: "Enter at least one e-mail address." }] : []);
    if (isEmpty) return;
    const access = role === "member" ? {} : { role, fields: chosen.getAll("fields").map(String) };
    await run.start(list.addresses, (batch) =>
      callApi("POST", "/api/invitations", {
        body: { people: batch.map(({ email, name }) => ({ email, ...(name ? { name } : {}), ...access })) },
      }),
    );
    // Shows them in the list below.
    router.refresh();
  }

  return (
    <div className="grid max-w-2xl gap-8">
      <form ref={form} method="post" noValidate onSubmit={submit} className="grid gap-5">
        <ErrorSummary errors={errors} title="No invitation was sent" />
        <AddressListField
          name="addresses"
          label="E-mail addresses"
          hint="One in each line, with or without a name, or separated by commas. Up to 100,000."
          error={errors[0]?.message}
          onChange={takeList}
        />
        <Select
          label="Role"
          name="role"
          value={role}
          onChange={({ currentTarget }) => setRole(currentTarget.value)}
          hint="Every person of the list gets this role."
          className="max-w-xs"
        >
          <option value="member">Member</option>
          <option value="reviewer">Reviewer</option>
          <option value="admin">Admin</option>
        </Select>
        {role === "member" ? null : <AccessChoice fields={fields} />}
        <div>
          <Button type="submit" variant="primary" pending={run.isSending} pendingLabel="Inviting…">
            Invite
          </Button>
        </div>
      </form>
      <BatchReport
        run={run}
        label="Inviting people"
        labels={LABELS}
        good="invited"
        nameOf={({ email }) => email}
      />
    </div>
  );
}

/** The documents that a reviewer or an admin may see. A role alone shows none. */
function AccessChoice({ fields }: { fields: readonly { name: string; label: string }[] }) {
  return (
    <fieldset className="grid gap-2">
      <legend className="font-bold">Documents that they may see</legend>
      <p className="text-sm text-muted">A role alone shows no documents.</p>
      {fields.map(({ name, label }) => (
        <Checkbox key={name} name="fields" value={name} label={label} />
      ))}
    </fieldset>
  );
}
