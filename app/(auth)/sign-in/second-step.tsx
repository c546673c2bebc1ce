"use client";

import { type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { ErrorSummary, type SummaryError } from "@/app/_ui/error-summary";
import { TextField } from "@/app/_ui/field";
import { postToAuth, type SecondStepMethod } from "../post-to-auth";
import { usePasskeySignIn } from "./use-passkey-sign-in";

type Props = {
  methods: readonly SecondStepMethod[];
  destination: (role: string) => string;
  onBack: () => void;
};

/** The step after the password: a code, a backup code or a passkey. */
export function SecondStep({ methods, destination, onBack }: Props) {
  const [errors, setErrors] = useState<SummaryError[]>([]);
  const [pending, setPending] = useState(false);
  const passkey = usePasskeySignIn(destination, setErrors);
  const heading = useRef<HTMLHeadingElement>(null);
  const takesCode = methods.includes("app") || methods.includes("backup");
  const isOnlyBackup = !methods.includes("app");

  useEffect(() => {
    const input = document.getElementById("code");
    (input ?? heading.current)?.focus();
  }, []);

  async function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const code = String(new FormData(event.currentTarget).get("code") ?? "");
    if (code.trim() === "") return setErrors([{ path: "code", message: "Enter a code." }]);
    setPending(true);
    setErrors([]);
    const result = await postToAuth("sign-in/code", { code });
    if (result.ok === true) return window.location.assign(destination(result.role));
    if (result.ok === false) setErrors([result.error]);
    setPending(false);
  }

  return (
    <div className="grid gap-5">
      <h2 ref={heading} tabIndex={-1} className="font-serif text-lg">
        Second step
      </h2>
      <ErrorSummary errors={errors} title="You are not signed in yet" />
      {methods.includes("passkey") ? (
        <Button
          variant={takesCode ? "quiet" : "primary"}
          wide
          pending={passkey.pending}
          pendingLabel="Waiting for your passkey…"
          onClick={passkey.signIn}
        >
          Use a passkey
        </Button>
      ) : null}
      {takesCode ? (
        <form noValidate onSubmit={submit} className="grid gap-5">
          <TextField
            label={isOnlyBackup ? "Backup code" : "Code"}
            name="code"
            hint={
              isOnlyBackup
                ? "If your passkey is not at hand: one of the codes that you saved."
                : "The six digits of your authenticator app, or one of your backup codes."
            }
            autoComplete="one-time-code"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            maxLength={40}
            required
            error={errors.find(({ path }) => path === "code")?.message}
          />
          <Button type="submit" variant="primary" wide pending={pending} pendingLabel="Signing in…">
            Sign in
          </Button>
        </form>
      ) : null}
      <Button variant="plain" onClick={onBack}>
        Start again
      </Button>
    </div>
  );
}
