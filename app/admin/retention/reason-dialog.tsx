"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useId, useState } from "react";
import { flushSync } from "react-dom";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { type ApiResponse, problemOf } from "@/app/_ui/call-api";
import { Dialog } from "@/app/_ui/dialog";
import { TextArea } from "@/app/_ui/field";
import { Notice } from "@/app/_ui/notice";

type Props = {
  /** The button that opens the dialog. */
  label: ReactNode;
  title: string;
  children: ReactNode;
  action: string;
  pendingLabel: string;
  /** Announced after the change. */
  done: string;
  /** Sends the form, which has the entry `reason`. */
  send: (form: FormData) => Promise<ApiResponse>;
};

/** A button with a dialog that asks for a reason and sends it. */
export function ReasonDialog({ label, title, children, action, pendingLabel, done, send }: Props) {
  const router = useRouter();
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function submit(form: FormData) {
    if (pending) return;
    setPending(true);
    setErrorMessage(null);
    const response = await send(form);
    setPending(false);
    if (response.status >= 300 || response.status === 0) {
      setErrorMessage(problemOf(response).errors?.[0]?.message ?? problemOf(response).detail);
      return;
    }
    flushSync(() => setOpen(false));
    announce(done);
    router.refresh();
  }

  return (
    <>
      <Button variant="quiet" aria-haspopup="dialog" onClick={() => setOpen(true)}>
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
              variant="primary"
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
            void submit(new FormData(event.currentTarget));
          }}
        >
          {errorMessage ? (
            <Notice tone="danger" title="Your change was not saved" live>
              {errorMessage}
            </Notice>
          ) : null}
          {children}
          <TextArea name="reason" id={`${formId}-reason`} label="Reason" rows={3} maxLength={500} required />
        </form>
      </Dialog>
    </>
  );
}
