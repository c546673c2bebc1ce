"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useId, useState } from "react";
import { flushSync } from "react-dom";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import type { ButtonVariant } from "@/app/_ui/button-class";
import { type ApiResponse, callApi, problemOf } from "@/app/_ui/call-api";
import { Dialog } from "@/app/_ui/dialog";
import { Notice } from "@/app/_ui/notice";

/** Messages by the name of their control; "" for the whole form. */
export type FormErrors = Record<string, string>;

/** The body of a request, or what is wrong with the entries. */
export type Entries = { body: object; errors?: undefined } | { errors: FormErrors };

type Props = {
  /** The button that opens the dialog. */
  label: string;
  accessibleName?: string;
  title: string;
  submitLabel: string;
  variant?: ButtonVariant;
  request: { method: "POST" | "PATCH" | "DELETE"; path: string };
  /** Checks the entries, and makes the body of the request. */
  read?: (form: FormData) => Entries;
  /** Announced after the change. Else the dialog stays, with what `after` returns. */
  done: string;
  after?: (response: ApiResponse, form: FormData) => ReactNode;
  /** The heading that takes the focus if the button is gone. */
  focus?: string;
  children: (errors: FormErrors) => ReactNode;
};

/** A button with a dialog that sends one form. */
export function FormDialog({ read, done, after, children, variant = "primary", ...props }: Props) {
  const router = useRouter();
  const formId = useId();
  const [open, setOpen] = useState(false);
  const [pending, setPending] = useState(false);
  const [errors, setErrors] = useState<FormErrors>({});
  const [result, setResult] = useState<ReactNode>(null);

  async function send(form: FormData) {
    if (pending) return;
    const entries = read?.(form);
    if (entries?.errors) return refuse(entries.errors);
    setPending(true);
    setErrors({});
    const { method, path } = props.request;
    const response = await callApi(method, path, entries ? { body: entries.body } : {});
    setPending(false);
    if (response.status < 200 || response.status >= 300) return refuse(errorsOf(response));
    const shown = after?.(response, form);
    if (shown) {
      setResult(shown);
      return;
    }
    finish();
  }

  function refuse(found: FormErrors) {
    setErrors(found);
    const first = Object.keys(found).find((name) => name !== "");
    if (first) document.getElementById(first)?.focus();
  }

  /** Closes first: the dialog returns the focus to its button, which the refresh may remove. */
  function finish() {
    flushSync(() => close());
    if (props.focus) document.getElementById(props.focus)?.focus();
    announce(done);
    router.refresh();
  }

  function close() {
    setOpen(false);
    setErrors({});
    setResult(null);
  }

  return (
    <div>
      <Button
        aria-haspopup="dialog"
        onClick={() => setOpen(true)}
        {...(props.accessibleName ? { "aria-label": props.accessibleName } : {})}
      >
        {props.label}
      </Button>
      <Dialog
        open={open}
        onClose={result ? finish : close}
        title={props.title}
        actions={
          result ? (
            <Button variant="primary" onClick={finish}>
              Done
            </Button>
          ) : (
            <>
              <Button onClick={close}>Cancel</Button>
              <Button type="submit" form={formId} variant={variant} pending={pending} pendingLabel="Saving…">
                {props.submitLabel}
              </Button>
            </>
          )
        }
      >
        {result ?? (
          <form
            id={formId}
            noValidate
            className="grid gap-4"
            onSubmit={(event) => {
              event.preventDefault();
              void send(new FormData(event.currentTarget));
            }}
          >
            {errors[""] ? (
              <Notice tone="danger" title="Nothing was changed" live>
                {errors[""]}
              </Notice>
            ) : null}
            {children(errors)}
          </form>
        )}
      </Dialog>
    </div>
  );
}

/** Assigns the problem to the control that it names, or to the whole form. */
function errorsOf(response: ApiResponse): FormErrors {
  const { detail, errors = [] } = problemOf(response);
  const [first] = errors;
  return { [first && document.getElementById(first.path) ? first.path : ""]: detail };
}
