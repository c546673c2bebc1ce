"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { announce } from "./announce";
import { Button } from "./button";
import type { ButtonVariant } from "./button-class";
import { callApi, problemOf } from "./call-api";
import { Notice } from "./notice";

/** A button that sends one request, and is usually gone after it succeeds. */
export function ActionButton({
  method,
  path,
  body,
  done,
  variant,
  pendingLabel = "Saving…",
  accessibleName,
  children,
}: {
  method: "POST" | "PATCH" | "DELETE";
  path: string;
  body?: object;
  /** Announced after the change. */
  done: string;
  variant?: ButtonVariant;
  pendingLabel?: string;
  /** Says what the button is about, where its text alone does not. */
  accessibleName?: string;
  children: ReactNode;
}) {
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function send() {
    if (pending) return;
    setPending(true);
    setErrorMessage(null);
    const response = await callApi(method, path, body === undefined ? {} : { body });
    setPending(false);
    if (response.status >= 200 && response.status < 300) {
      // The refresh may remove the button, and with it the place of the focus.
      document.querySelector<HTMLElement>("h1")?.focus();
      announce(done);
    } else setErrorMessage(problemOf(response).detail);
    // Another person may have changed what the page shows.
    router.refresh();
  }

  return (
    <div className="grid justify-items-start gap-3">
      {errorMessage ? (
        <Notice tone="danger" title="Your change was not saved" live>
          {errorMessage}
        </Notice>
      ) : null}
      <Button
        variant={variant}
        pending={pending}
        pendingLabel={pendingLabel}
        onClick={send}
        {...(accessibleName ? { "aria-label": accessibleName } : {})}
      >
        {children}
      </Button>
    </div>
  );
}
