"use client";

import { useState } from "react";
import { callApi, problemOf } from "@/app/_ui/call-api";

type Props = { path: string; token: string; label: string; done: string };

/** Uses the link of a mail, and says what came of it. */
export function AddressLink({ path, token, label, done }: Props) {
  const [state, setState] = useState<"ready" | "pending" | "done">("ready");
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function send() {
    if (state !== "ready") return;
    setState("pending");
    setErrorMessage(null);
    const response = await callApi("POST", path, { body: { token } });
    setState(response.status === 200 ? "done" : "ready");
    if (response.status !== 200) setErrorMessage(problemOf(response).detail);
  }

  if (state === "done")
    return (
      <>
        <p role="status">{done}</p>
        <a href="/sign-in" className="button button-primary">
          Sign in
        </a>
      </>
    );
  return (
    <>
      {errorMessage ? <p role="alert">{errorMessage}</p> : null}
      <button
        type="button"
        className="button button-primary"
        aria-disabled={state === "pending"}
        onClick={() => void send()}
      >
        {state === "pending" ? "One moment…" : label}
      </button>
    </>
  );
}
