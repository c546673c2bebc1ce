"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Dialog } from "@/app/_ui/dialog";
import { Notice } from "@/app/_ui/notice";

/** Asks, and lets the person leave. The session has then ended, so it leads to the home page. */
export function LeaveButton() {
  const [open, setOpen] = useState(false);
  const [state, setState] = useState<"ready" | "pending" | "left">("ready");
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function leave() {
    if (state !== "ready") return;
    setState("pending");
    setErrorMessage(null);
    const response = await callApi("POST", "/api/account/leave");
    if (response.status === 200) return setState("left");
    setState("ready");
    setErrorMessage(problemOf(response).detail);
  }

  function close() {
    if (state === "left") window.location.assign("/");
    else setOpen(false);
  }

  return (
    <div>
      <Button aria-haspopup="dialog" onClick={() => setOpen(true)}>
        Leave…
      </Button>
      <Dialog
        open={open}
        onClose={close}
        title={state === "left" ? "You have left" : "Leave now?"}
        actions={
          state === "left" ? (
            <Button variant="primary" onClick={close}>
              Go to the home page
            </Button>
          ) : (
            <>
              <Button onClick={close}>Stay</Button>
              <Button variant="primary" pending={state === "pending"} pendingLabel="Leaving…" onClick={leave}>
                Leave
              </Button>
            </>
          )
        }
      >
        {errorMessage ? (
          <Notice tone="danger" title="You have not left" live>
            {errorMessage}
          </Notice>
        ) : null}
        {state === "left" ? (
          <p role="status">You are signed out. To come back, sign in within 30 days.</p>
        ) : (
          <p>Your profile becomes private, and you are signed out on all devices.</p>
        )}
      </Dialog>
    </div>
  );
}
