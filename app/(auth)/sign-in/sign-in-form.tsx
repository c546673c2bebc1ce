"use client";

import { Button } from "@/app/_ui/button";
import { ErrorSummary } from "@/app/_ui/error-summary";
import { TextField } from "@/app/_ui/field";
import { homePathOf } from "@/app/_ui/navigation";
import { PasswordField } from "@/app/_ui/password-field";
import { useAuthForm } from "../use-auth-form";

/** The server has checked `next`. Without it, the member's start page follows. */
export function SignInForm({ next }: { next: string | null }) {
  const { form, errors, errorOf, pending, onSubmit } = useAuthForm(
    "sign-in/email",
    1,
    (role) => next ?? homePathOf(role),
  );
  return (
    // POST, so that the URL never contains a password, even before the script runs.
    <form ref={form} method="post" noValidate onSubmit={onSubmit} className="grid gap-5">
      <ErrorSummary errors={errors} title="You are not signed in yet" />
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
        autoComplete="current-password"
        error={errorOf("password")}
      />
      <Button type="submit" variant="primary" wide pending={pending} pendingLabel="Signing in…">
        Sign in
      </Button>
    </form>
  );
}
