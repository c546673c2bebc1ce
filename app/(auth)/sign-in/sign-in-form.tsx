"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { ErrorSummary, type SummaryError } from "@/app/_ui/error-summary";
import { TextField } from "@/app/_ui/field";
import { homePathOf } from "@/app/_ui/navigation";
import { PasswordField } from "@/app/_ui/password-field";
import type { SecondStepMethod } from "../post-to-auth";
import { useAuthForm } from "../use-auth-form";
import { SecondStep } from "./second-step";
import { usePasskeySignIn } from "./use-passkey-sign-in";

/** The server has checked `next`. Without it, the start page of the role follows. */
export function SignInForm({ next }: { next: string | null }) {
  const [methods, setMethods] = useState<readonly SecondStepMethod[] | null>(null);
  const destination = (role: string) => next ?? homePathOf(role);
  return methods ? (
    <SecondStep methods={methods} destination={destination} onBack={() => setMethods(null)} />
  ) : (
    <FirstStep destination={destination} onSecondStep={setMethods} />
  );
}

function FirstStep({
  destination,
  onSecondStep,
}: {
  destination: (role: string) => string;
  onSecondStep: (methods: readonly SecondStepMethod[]) => void;
}) {
  const { form, errors, errorOf, pending, onSubmit } = useAuthForm(
    "sign-in/email",
    1,
    destination,
    onSecondStep,
  );
  const [passkeyErrors, setPasskeyErrors] = useState<SummaryError[]>([]);
  const passkey = usePasskeySignIn(destination, setPasskeyErrors);
  return (
    <div className="grid gap-5">
      {/* POST, so that the URL never contains a password, even before the script runs. */}
      <form ref={form} method="post" noValidate onSubmit={onSubmit} className="grid gap-5">
        <ErrorSummary
          errors={passkeyErrors.length > 0 ? passkeyErrors : errors}
          title="You are not signed in yet"
        />
        <TextField
          label="E-mail address"
          name="email"
          type="email"
          inputMode="email"
          autoComplete="username webauthn"
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
      <Button
        wide
        pending={passkey.pending}
        pendingLabel="Waiting for your passkey…"
        onClick={passkey.signIn}
      >
        Use a passkey
      </Button>
    </div>
  );
}
