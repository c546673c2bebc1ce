"use client";

import { Button } from "@/app/_ui/button";
import { ErrorSummary } from "@/app/_ui/error-summary";
import { TextField } from "@/app/_ui/field";
import { PasswordField } from "@/app/_ui/password-field";
import { useAuthForm } from "../use-auth-form";

/** The server's minimum. Checking it here too gives the message without a request. */
const MIN_PASSWORD_LENGTH = 10;

export function SignUpForm() {
  const { form, errors, errorOf, pending, onSubmit } = useAuthForm(
    "sign-up/email",
    MIN_PASSWORD_LENGTH,
    () => "/profile",
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
