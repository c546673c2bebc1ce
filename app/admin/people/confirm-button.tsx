"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useId, useState } from "react";
import { flushSync } from "react-dom";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Dialog } from "@/app/_ui/dialog";
import { TextField } from "@/app/_ui/field";
import { Notice } from "@/app/_ui/notice";

/** A button with a dialog that says what the request does, and sends it. */
export function ConfirmButton({
  label,
  title,
  action,
  pendingLabel = "Saving…",
  method,
  path,
  body,
  done,
  word,
  children,
}: {
  label: string;
  title: string;
  action: string;
  pendingLabel?: string;
  method: "PATCH" | "DELETE";
  path: string;
  body?: object;
  /** Announced after the change. */
  done: string;
  /** A word that the person has to type. It is sent as `confirm`. */
  word?: string;
  /** What the request does, in words. */
  children: ReactNode;
}) {
  const router = useRouter();
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);
  const [wordError, setWordError] = useState<string | null>(null);

  async function send(typed: string) {
    if (pending) return;
    setErrorMessage(null);
    setWordError(null);
    if (word !== undefined && typed !== word) {
      setWordError(`Type the word “${word}”.`);
      document.getElementById(`${formId}-word`)?.focus();
      return;
    }
    setPending(true);
    const sent = word === undefined ? body : { ...body, confirm: word };
    const response = await callApi(method, path, sent === undefined ? {} : { body: sent });
    setPending(false);
    if (response.status < 200 || response.status >= 300) {
      setErrorMessage(problemOf(response).detail);
      return;
    }
    flushSync(() => setOpen(false));
    // The refresh may remove the button, and with it the place of the focus.
    document.querySelector<HTMLElement>("h1")?.focus();
    announce(done);
    router.refresh();
  }

  function show() {
    setErrorMessage(null);
    setWordError(null);
    setOpen(true);
  }

  return (
    <>
      <Button variant="quiet" aria-haspopup="dialog" onClick={show}>
        {label}
      </Button>
      <Dialog
        open={open}
        onClose={() => setOpen(false)}
        title={title}
        actions={
          <>
            <Button onClick={() => setOpen(false)}>Cancel</Button>
            <Button
              type="submit"
              form={formId}
              variant="danger"
              pending={pending}
              pendingLabel={pendingLabel}
            >
              {action}
            </Button>
          </>
        }
      >
        <form
          id={formId}
          noValidate
          className="grid gap-3"
          onSubmit={(event) => {
            event.preventDefault();
            void send(String(new FormData(event.currentTarget).get("word") ?? "").trim());
          }}
        >
          {errorMessage ? (
            <Notice tone="danger" title="Your change was not saved" live>
              {errorMessage}
            </Notice>
          ) : null}
          {children}
          {word === undefined ? null : (
            <TextField
              id={`${formId}-word`}
              name="word"
              label={`Type “${word}” to confirm`}
              autoComplete="off"
              autoCapitalize="none"
              spellCheck={false}
              error={wordError ?? undefined}
            />
          )}
        </form>
      </Dialog>
    </>
  );
}
