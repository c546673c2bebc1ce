"use client";

import { type FormEvent, useState } from "react";
import { createRoot } from "react-dom/client";
import { Button } from "./button";
import { Dialog } from "./dialog";
import { getPasskey, hasPasskeys, PasskeyError } from "./passkey";
import { PasswordField } from "./password-field";

const FORM_ID = "sign-in-again";

/** Sends a POST without asking for a fresh sign-in. `detail` says what to do after a failure. */
export type SendProof = (
  path: string,
  body: object,
) => Promise<{ status: number; body: unknown; detail: string }>;

/** A second request, such as one of another tab of a page, waits for the same dialog. */
let open: Promise<boolean> | undefined;

/**
 * Asks the person to sign in again, in a dialog over the page. The session stays the same. Returns
 * false if the person cancels.
 */
export function signInAgain(send: SendProof): Promise<boolean> {
  open ??= showDialog(send).finally(() => {
    open = undefined;
  });
  return open;
}

function showDialog(send: SendProof): Promise<boolean> {
  const place = document.createElement("div");
  document.body.append(place);
  const root = createRoot(place);
  return new Promise<boolean>((resolve) => {
    const onEnd = (isFresh: boolean) => {
      root.unmount();
      place.remove();
      resolve(isFresh);
    };
    root.render(<SignInAgainDialog send={send} onEnd={onEnd} />);
  });
}

function SignInAgainDialog({ send, onEnd }: { send: SendProof; onEnd: (isFresh: boolean) => void }) {
  const [pending, setPending] = useState<"password" | "passkey" | null>(null);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function confirm(how: "password" | "passkey", proof: () => Promise<object>) {
    if (pending) return;
    setPending(how);
    setErrorMessage(null);
    try {
      const response = await send("/api/sessions/current/confirmation", await proof());
      if (response.status === 204) return onEnd(true);
      fail(response.detail);
    } catch (error) {
      if (!(error instanceof PasskeyError)) throw error;
      fail("No passkey was used. Try again, or enter your password.");
    }
  }

  function fail(message: string) {
    setErrorMessage(message);
    setPending(null);
    document.getElementById("password-again")?.focus();
  }

  function submit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    const password = String(new FormData(event.currentTarget).get("password-again") ?? "");
    if (password === "") return fail("Enter your password.");
    void confirm("password", async () => ({ password }));
  }

  async function askPasskey() {
    const { body } = await send("/api/auth/sign-in/passkey-options", {});
    return { passkey: await getPasskey(body as Parameters<typeof getPasskey>[0]) };
  }

  return (
    <Dialog
      open
      onClose={() => onEnd(false)}
      title="Please sign in again"
      actions={
        <>
          <Button onClick={() => onEnd(false)}>Cancel</Button>
          {hasPasskeys() ? (
            <Button
              pending={pending === "passkey"}
              pendingLabel="Waiting…"
              onClick={() => void confirm("passkey", askPasskey)}
            >
              Use a passkey
            </Button>
          ) : null}
          <Button
            type="submit"
            form={FORM_ID}
            variant="primary"
            pending={pending === "password"}
            pendingLabel="Checking…"
          >
            Continue
          </Button>
        </>
      }
    >
      <form id={FORM_ID} noValidate onSubmit={submit} className="grid gap-4">
        <p>
          Your last sign-in was a while ago, and this step needs a fresh one. Nothing that you have entered is
          lost.
        </p>
        <PasswordField
          label="Password"
          name="password-again"
          autoComplete="current-password"
          error={errorMessage}
        />
      </form>
    </Dialog>
  );
}
