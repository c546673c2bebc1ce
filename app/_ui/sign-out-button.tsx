"use client";

import { useState } from "react";
import { Button } from "./button";
import { Notice } from "./notice";

/** Ends the session and opens the landing page. The full load clears private data from memory. */
export function SignOutButton() {
  const [state, setState] = useState<"ready" | "pending" | "failed">("ready");
  async function signOut() {
    setState("pending");
    try {
      const response = await fetch("/api/auth/sign-out", {
        method: "POST",
        headers: { "content-type": "application/json" },
        body: "{}",
      });
      if (!response.ok) throw new Error(`The server answered the sign-out with ${response.status}`);
      window.location.assign("/");
    } catch {
      setState("failed");
    }
  }
  return (
    <div className="grid gap-2">
      <Button wide pending={state === "pending"} pendingLabel="Signing out…" onClick={signOut}>
        Sign out
      </Button>
      {state === "failed" ? (
        <Notice tone="danger" live>
          You are still signed in. The server cannot be reached. Try again.
        </Notice>
      ) : null}
    </div>
  );
}
