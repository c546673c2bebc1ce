"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";

/** Puts a failed mail back into the outbox. `label` names the mail for screen readers. */
export function RetryButton({ mailId, label }: { mailId: string; label: string }) {
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const [error, setError] = useState<string | null>(null);

  async function retry() {
    if (pending) return;
    setPending(true);
    setError(null);
    const response = await callApi("POST", `/api/mail/${mailId}/retry`);
    setPending(false);
    if (response.status !== 204) return setError(problemOf(response).detail);
    // The button goes away with the refresh.
    document.querySelector("h1")?.focus();
    announce("The server tries to send the mail again within a minute.");
    router.refresh();
  }

  return (
    <div className="grid justify-items-start gap-2">
      <Button onClick={retry} pending={pending} pendingLabel="Sending" aria-label={`Send again: ${label}`}>
        Send again
      </Button>
      {error ? (
        <p role="alert" className="text-refused">
          {error}
        </p>
      ) : null}
    </div>
  );
}
