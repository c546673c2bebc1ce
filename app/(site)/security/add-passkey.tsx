"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useState } from "react";
import { flushSync } from "react-dom";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Dialog } from "@/app/_ui/dialog";
import { TextField } from "@/app/_ui/field";
import { Notice } from "@/app/_ui/notice";

const FORM_ID = "add-passkey";

/**
 * Asks for a name, then the browser asks for the passkey. Its code is loaded with the first one.
 */
export function AddPasskey() {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function add(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const typed = String(new FormData(event.currentTarget).get("name") ?? "").trim();
    setPending(true);
    setErrorMessage(await register(typed || "Passkey"));
    setPending(false);
  }

  /** Returns what went wrong, or null. */
  async function register(name: string): Promise<string | null> {
    const passkeys = await import("@/app/_ui/passkey").catch(() => null);
    if (!passkeys) return "This part of the page could not be loaded. Try again.";
    if (!passkeys.hasPasskeys())
      return "This browser has no passkeys. Use another one, or an authenticator app.";
    const options = await callApi("POST", "/api/passkeys/options");
    if (options.status !== 200) return problemOf(options).detail;
    let credential: Awaited<ReturnType<typeof passkeys.createPasskey>>;
    try {
      credential = await passkeys.createPasskey(options.body as Parameters<typeof passkeys.createPasskey>[0]);
    } catch (error) {
      if (!(error instanceof passkeys.PasskeyError)) throw error;
      return error.wasCancelled
        ? "No passkey was created. Try again when you are ready."
        : "This device cannot create a passkey for this site, or it has one already.";
    }
    const response = await callApi("POST", "/api/passkeys", { body: { name, credential } });
    if (response.status !== 201) return problemOf(response).detail;
    flushSync(() => setOpen(false));
    announce("The passkey is added");
    router.refresh();
    return null;
  }

  function close() {
    setOpen(false);
    setErrorMessage(null);
  }

  return (
    <div>
      <Button variant="primary" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Add a passkey…
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title="Add a passkey"
        actions={
          <>
            <Button onClick={close}>Cancel</Button>
            <Button
              type="submit"
              form={FORM_ID}
              variant="primary"
              pending={pending}
              pendingLabel="Waiting for your device…"
            >
              Continue
            </Button>
          </>
        }
      >
        <form id={FORM_ID} noValidate onSubmit={add} className="grid gap-4">
          {errorMessage ? (
            <Notice tone="danger" title="No passkey was added" live>
              {errorMessage}
            </Notice>
          ) : null}
          <TextField
            label="Name"
            name="name"
            hint="So that you know it again later, such as “Phone” or “Password manager”."
            maxLength={60}
            autoComplete="off"
          />
          <p>Then your browser asks where to keep the passkey, and for your finger, face or PIN.</p>
        </form>
      </Dialog>
    </div>
  );
}
