"use client";

import { type FormEvent, useState } from "react";
import { Button } from "./button";
import { Notice } from "./notice";
import { useEarlySubmit } from "./use-early-submit";

/** Ends the session and opens the landing page. The full load clears private data from memory. */
export function SignOutButton() {
  const [state, setState] = useState<"ready" | "pending" | "failed">("ready");
  const form = useEarlySubmit();
  async function signOut(event: FormEvent) {
    event.preventDefault();
    if (state === "pending") return;
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
    <form ref={form} method="post" onSubmit={signOut} className="grid gap-2">
      <Button type="submit" wide pending={state === "pending"} pendingLabel="Signing out…">
        Sign out
      </Button>
      {state === "failed" ? (
        <Notice tone="danger" live>
          You are still signed in. The server cannot be reached. Try again.
        </Notice>
      ) : null}
    </form>
  );
}
