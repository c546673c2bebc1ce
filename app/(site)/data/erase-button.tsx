"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { flushSync } from "react-dom";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Dialog } from "@/app/_ui/dialog";
import { Notice } from "@/app/_ui/notice";
import { PasswordField } from "@/app/_ui/password-field";

const FORM_ID = "erase-account";

/** Asks for the password, and then for the erasure. */
export function EraseButton({ asksForPassword }: { asksForPassword: boolean }) {
  const router = useRouter();
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [errors, setErrors] = useState<{ password?: string; other?: string }>({});

  async function ask(form: FormData) {
    if (pending) return;
    const password = String(form.get("password") ?? "");
    if (asksForPassword && password === "") return refuse({ password: "Enter your password." });
    setPending(true);
    setErrors({});
    const response = await callApi("POST", "/api/account/erasure", {
      body: asksForPassword ? { password } : {},
    });
    setPending(false);
    if (response.status !== 202) {
      const { code, detail } = problemOf(response);
      return refuse(code === "invalid" ? { password: detail } : { other: detail });
    }
    // Closing first: the dialog returns the focus to its button, which is then removed.
    flushSync(() => setOpen(false));
    document.getElementById("erase")?.focus();
    announce("Your account will be erased in seven days");
    router.refresh();
  }

  function refuse(found: { password?: string; other?: string }) {
    setErrors(found);
    if (found.password) document.getElementById("password")?.focus();
  }

  function close() {
    setOpen(false);
    setErrors({});
  }

  return (
    <div>
      <Button variant="danger" aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Erase account…
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title="Erase your account?"
        actions={
          <>
            <Button onClick={close}>Keep account</Button>
            <Button type="submit" form={FORM_ID} variant="danger" pending={pending} pendingLabel="Asking…">
              Erase in seven days
            </Button>
          </>
        }
      >
        <form
          id={FORM_ID}
          noValidate
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void ask(new FormData(event.currentTarget));
          }}
        >
          {errors.other ? (
            <Notice tone="danger" title="Nothing was changed" live>
              {errors.other}
            </Notice>
          ) : null}
          <p>
            After seven days you cannot undo it. If you want copies of your documents, download them before.
          </p>
          {asksForPassword ? (
            <PasswordField
              label="Password"
              name="password"
              autoComplete="current-password"
              error={errors.password}
            />
          ) : null}
        </form>
      </Dialog>
    </div>
  );
}
