"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { isJsonObject } from "@/app/_ui/call-api";
import { ErrorSummary } from "@/app/_ui/error-summary";
import { TextField } from "@/app/_ui/field";
import { PasswordField } from "@/app/_ui/password-field";
import { COOKIES_BLOCKED } from "../auth-problem";
import { MailSent } from "../mail-sent";
import { isSessionMissing } from "../post-to-auth";
import { MIN_PASSWORD_LENGTH, useEntryForm } from "../use-entry-form";

/** Creates an account. Where addresses are verified, a mail follows instead of the profile. */
export function SignUpForm() {
  const [address, setAddress] = useState<string | null>(null);
  const { form, errors, errorOf, pending, onSubmit } = useEntryForm({
    path: "/api/auth/sign-up/email",
    done: async ({ email = "" }, body) => {
      if (isJsonObject(body) && body.user === null) setAddress(email.trim());
      else if (await isSessionMissing()) return [COOKIES_BLOCKED];
      else window.location.assign("/profile");
      return undefined;
    },
  });
  if (address !== null)
    return (
      <MailSent address={address}>
        <p>
          Open the link in the mail and enter your password there. Then you are signed in. The link works for
          a day.
        </p>
      </MailSent>
    );
  return (
    // POST, so that the URL never contains a password, even before the script runs.
    <form ref={form} method="post" noValidate onSubmit={onSubmit} className="grid gap-5">
      <ErrorSummary errors={errors} title="Your account was not created" />
      <TextField
        label="Your name"
        name="name"
        hint="As written in your documents, in any alphabet."
        autoComplete="name"
        maxLength={100}
        required
        error={errorOf("name")}
      />
      <TextField
        label="E-mail address"
        name="email"
        type="email"
        inputMode="email"
        autoComplete="username"
        autoCapitalize="none"
        spellCheck={false}
        required
        error={errorOf("email")}
      />
      <PasswordField
        label="Password"
        name="password"
        hint={`At least ${MIN_PASSWORD_LENGTH} characters. Three or four words in a row are fine.`}
        autoComplete="new-password"
        minLength={MIN_PASSWORD_LENGTH}
        error={errorOf("password")}
      />
      <Button type="submit" variant="primary" wide pending={pending} pendingLabel="Creating your account…">
        Create account
      </Button>
      <p className="text-sm text-muted">
        Your profile starts private. Only you see it until you make it public.
      </p>
    </form>
  );
}
