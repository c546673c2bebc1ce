"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { ErrorSummary } from "@/app/_ui/error-summary";
import { TextField } from "@/app/_ui/field";
import { MailSent } from "../mail-sent";
import { useEntryForm } from "../use-entry-form";

/** Asks for a link that sets a new password. The answer is the same for every address. */
export function RecoverForm() {
  const [address, setAddress] = useState<string | null>(null);
  const { form, errors, errorOf, pending, onSubmit } = useEntryForm({
    path: "/api/recovery",
    done: async ({ email = "" }) => {
      setAddress(email.trim());
      return undefined;
    },
  });
  if (address !== null) return <Asked address={address} />;
  return (
    <form ref={form} method="post" noValidate onSubmit={onSubmit} className="grid gap-5">
      <ErrorSummary errors={errors} title="No mail was sent" />
      <TextField
        label="E-mail address"
        name="email"
        hint="The address of your account. We send a link to it."
        type="email"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={errorOf("email")}
      />
      <Button type="submit" variant="primary" wide pending={pending} pendingLabel="Sending…">
        Send the link
      </Button>
    </form>
  );
}

function Asked({ address }: { address: string }) {
  return (
    <MailSent address={address} onlyIfKnown>
      <p>
        Open the link in the mail to set a new password. It works once, for 30 minutes. We send at most one
        link in five minutes.
      </p>
    </MailSent>
  );
}
