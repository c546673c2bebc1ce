"use client";

import { Button } from "@/app/_ui/button";
import { ErrorSummary } from "@/app/_ui/error-summary";
import { homePathOf } from "@/app/_ui/navigation";
import { PasswordField } from "@/app/_ui/password-field";
import { postToAuth } from "../../post-to-auth";
import { useEntryForm } from "../../use-entry-form";

/** Confirms the address with the password of the account, and signs in with it. */
export function VerifyForm({ token, email }: { token: string; email: string }) {
  const { form, errors, errorOf, pending, onSubmit } = useEntryForm({
    path: `/api/verification/${token}`,
    minPassword: 1,
    done: async ({ password = "" }) => {
      const signedIn = await postToAuth("sign-in/email", { email, password });
      if (signedIn.ok === false) return [signedIn.error];
      if (signedIn.ok === "second step") window.location.assign("/sign-in");
      else window.location.assign(signedIn.role === "reviewer" ? homePathOf("reviewer") : "/profile");
      return undefined;
    },
  });
  return (
    // POST, so that the URL never contains a password, even before the script runs.
    <form ref={form} method="post" noValidate onSubmit={onSubmit} className="grid gap-5">
      <ErrorSummary errors={errors} title="Your address is not confirmed yet" />
      <p>
        Enter the password that you chose for <bdi className="font-bold wrap-anywhere">{email}</bdi>. It shows
        that the account is yours.
      </p>
      <input type="email" autoComplete="username" value={email} readOnly hidden />
      <PasswordField
        label="Password"
        name="password"
        autoComplete="current-password"
        error={errorOf("password")}
      />
      <Button type="submit" variant="primary" wide pending={pending} pendingLabel="Confirming…">
        Confirm and sign in
      </Button>
    </form>
  );
}
