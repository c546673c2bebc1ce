"use client";

import { Button } from "@/app/_ui/button";
import { ErrorSummary } from "@/app/_ui/error-summary";
import { TextField } from "@/app/_ui/field";
import { homePathOf } from "@/app/_ui/navigation";
import { PasswordField } from "@/app/_ui/password-field";
import { useAuthForm } from "../use-auth-form";

/** `next` has been checked by the server; without one, people land where their work begins. */
export function SignInForm({ next }: { next: string | null }) {
  const { errors, errorOf, pending, onSubmit } = useAuthForm(
    "sign-in/email",
    1,
    (role) => next ?? homePathOf(role === "reviewer" ? role : "member"),
  );
  return (
    // POST, so that a password never stands in an address, even where the script did not arrive.
    <form method="post" noValidate onSubmit={onSubmit} className="grid gap-5">
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
