"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import type { SummaryError } from "@/app/_ui/error-summary";
import { postToAuth } from "../post-to-auth";

/** The challenge of the server lives for five minutes. */
const RENEWED_EVERY_MS = 4 * 60_000;

const NOT_USED = "No passkey was used. Try again, or sign in with your password.";

/**
 * Signs in with a passkey: `signIn` opens the dialog of the browser. While the form is open, the
 * browser also offers passkeys in the suggestions of an input with the autocomplete token
 * "webauthn".
 */
export function usePasskeySignIn(
  destination: (role: string) => string,
  onError: (errors: SummaryError[]) => void,
) {
  const [pending, setPending] = useState(false);
  const suggestion = useRef<AbortController | null>(null);
  const latest = useRef({ destination, onError });
  latest.current = { destination, onError };

  const run = useCallback(async (options: { mediation?: "conditional"; signal?: AbortSignal }) => {
    const { getPasskey } = await import("@/app/_ui/passkey");
    const response = await fetch("/api/auth/sign-in/passkey-options", {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    if (!response.ok) return latest.current.onError([{ path: "", message: NOT_USED }]);
    const passkey = await getPasskey(await response.json(), options);
    const result = await postToAuth("sign-in/passkey", { passkey });
    if (result.ok === true) window.location.assign(latest.current.destination(result.role));
    else if (result.ok === false) latest.current.onError([result.error]);
  }, []);

  const suggest = useCallback(async () => {
    const { suggestsPasskeys } = await import("@/app/_ui/passkey");
    if (!(await suggestsPasskeys())) return;
    suggestion.current?.abort();
    const controller = new AbortController();
    suggestion.current = controller;
    // Without a suggestion there are still the button and the password.
    await run({ mediation: "conditional", signal: controller.signal }).catch(() => undefined);
  }, [run]);

  useEffect(() => {
    void suggest();
    const timer = setInterval(suggest, RENEWED_EVERY_MS);
    return () => {
      clearInterval(timer);
      suggestion.current?.abort();
    };
  }, [suggest]);

  async function signIn() {
    if (pending) return;
    setPending(true);
    latest.current.onError([]);
    // A browser has one request for a passkey at a time.
    suggestion.current?.abort();
    try {
      await run({});
    } catch {
      latest.current.onError([{ path: "", message: NOT_USED }]);
      void suggest();
    }
    setPending(false);
  }
  return { signIn, pending };
}
