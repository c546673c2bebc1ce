"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Notice } from "@/app/_ui/notice";
import type { RuleView } from "@/lib/retention/rule-changes";

/** Confirms the declared rule as the page shows it, or proposes it to another admin. */
export function ConfirmRuleButton({
  field,
  declared,
  label,
}: {
  field: string;
  declared: RuleView;
  label: string;
}) {
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function confirm() {
    if (pending) return;
    setPending(true);
    setErrorMessage(null);
    const response = await callApi("POST", `/api/retention/rules/${field}`, { body: { declared } });
    setPending(false);
    if (response.status !== 200) setErrorMessage(problemOf(response).detail);
    else announce("Saved");
    router.refresh();
  }

  return (
    <div className="grid justify-items-start gap-3">
      {errorMessage ? (
        <Notice tone="danger" title="Your change was not saved" live>
          {errorMessage}
        </Notice>
      ) : null}
      <Button variant="primary" pending={pending} pendingLabel="Saving…" onClick={confirm}>
        {label}
      </Button>
    </div>
  );
}
