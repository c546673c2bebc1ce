"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { announce } from "./announce";
import { Button } from "./button";
import { callApi, problemOf } from "./call-api";
import { Notice } from "./notice";

/** A button that takes something back with a DELETE, and is gone afterwards. */
export function UndoButton({
  path,
  done,
  children,
}: {
  path: string;
  /** Announced after the change. */
  done: string;
  children: ReactNode;
}) {
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function undo() {
    if (pending) return;
    setPending(true);
    setErrorMessage(null);
    const response = await callApi("DELETE", path);
    setPending(false);
    if (response.status !== 204) return setErrorMessage(problemOf(response).detail);
    // The button is removed, and with it the place of the focus.
    document.querySelector<HTMLElement>("h1")?.focus();
    announce(done);
    router.refresh();
  }

  return (
    <div className="grid justify-items-start gap-3">
      {errorMessage ? (
        <Notice tone="danger" title="Your change was not saved" live>
          {errorMessage}
        </Notice>
      ) : null}
      <Button variant="primary" pending={pending} pendingLabel="Saving…" onClick={undo}>
        {children}
      </Button>
    </div>
  );
}
