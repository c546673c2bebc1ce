"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { announce } from "@/app/_ui/announce";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Checkbox } from "@/app/_ui/checkbox";
import { Notice } from "@/app/_ui/notice";

export type BadgeOption = {
  field: string;
  label: string;
  /** "valid until 1 Mar 2029, in 2 years", or why nothing is shown now. */
  hint: string;
};

/** Lets the member choose which approvals the public page shows. Each choice is saved at once. */
export function BadgeChoice({
  options,
  chosen,
  handle,
}: {
  options: readonly BadgeOption[];
  chosen: readonly string[];
  handle: string;
}) {
  const router = useRouter();
  const [shown, setShown] = useState(chosen);
  const [isSaving, setSaving] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function change(field: string, isShown: boolean) {
    if (isSaving) return;
    const before = shown;
    const next = isShown ? [...shown, field] : shown.filter((name) => name !== field);
    setShown(next);
    setSaving(true);
    setErrorMessage(null);
    const response = await callApi("PATCH", "/api/profile", { body: { badges: next } });
    setSaving(false);
    if (response.status === 200) {
      announce(isShown ? "Your page shows this approval now" : "Your page no longer shows this approval");
      router.refresh();
    } else {
      setShown(before);
      setErrorMessage(problemOf(response).detail);
    }
  }

  return (
    <section aria-labelledby="badges" className="grid gap-3">
      <h2 id="badges" className="font-serif text-lg">
        Approvals on your page
      </h2>
      <p className="max-w-prose text-muted">
        Your page can say that we have checked a document. It never shows the document or what is in it.
      </p>
      {errorMessage ? (
        <Notice tone="danger" title="Your change was not saved" live>
          {errorMessage}
        </Notice>
      ) : null}
      {options.map(({ field, label, hint }) => (
        <Checkbox
          key={field}
          name={`badge-${field}`}
          label={label}
          hint={hint}
          checked={shown.includes(field)}
          onChange={({ currentTarget }) => void change(field, currentTarget.checked)}
        />
      ))}
      {shown.length > 0 ? (
        <p>
          <a className="link" href={`/u/${handle}/badge`}>
            Page on which anyone can check this, with a card to print
          </a>
        </p>
      ) : null}
    </section>
  );
}
