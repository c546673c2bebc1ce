"use client";

import { useState } from "react";
import { buttonClass } from "@/app/_ui/button-class";
import { Notice } from "@/app/_ui/notice";
import { NewPasswordForm } from "../../new-password-form";
import { useEntryForm } from "../../use-entry-form";

/** Sets a password. The person then signs in as always, with a second factor if there is one. */
export function SetPasswordForm({ token, email }: { token: string; email: string }) {
  const [isSet, setIsSet] = useState(false);
  const entryForm = useEntryForm({
    path: `/api/recovery/${token}`,
    done: async () => {
      setIsSet(true);
      return undefined;
    },
  });
  if (isSet)
    return (
      <div className="grid gap-5">
        <Notice tone="success" title="Your password is set" live>
          <p>All devices are signed out. Sign in with the new password.</p>
        </Notice>
        <a href="/sign-in" className={buttonClass({ variant: "primary" })}>
          Sign in
        </a>
      </div>
    );
  return (
    <NewPasswordForm
      entryForm={entryForm}
      errorTitle="Your password was not set"
      email={email}
      submitLabel="Set password"
      pendingLabel="Setting your password…"
    />
  );
}
