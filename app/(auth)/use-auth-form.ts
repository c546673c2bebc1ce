"use client";

import { type FormEvent, useState } from "react";
import type { SummaryError } from "@/app/_ui/error-summary";
import { validateCredentials } from "./auth-problem";
import { postToAuth } from "./post-to-auth";

/**
 * Sends a form to Better Auth and goes on. The entries stay with the browser (nothing is controlled), so what was typed
 * survives every error, and password managers see an ordinary form. A full load follows, since every page is another
 * one for somebody who is signed in.
 */
export function useAuthForm(path: string, minPassword: number, destination: (role: string) => string) {
  const [errors, setErrors] = useState<SummaryError[]>([]);
  const [pending, setPending] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const form = new FormData(event.currentTarget);
    const text = (name: string) => String(form.get(name) ?? "");
    const entries = {
      ...(form.has("name") ? { name: text("name").trim() } : {}),
      email: text("email").trim(),
      password: text("password"),
    };
    const problems = validateCredentials(entries, { minPassword });
    setErrors(problems);
    if (problems.length > 0) return;
    setPending(true);
    const sent = await postToAuth(path, entries);
    if (sent.ok) {
      window.location.assign(destination(sent.role));
      return;
    }
    setErrors([sent.error]);
    setPending(false);
  }

  const errorOf = (path: string) => errors.find((error) => error.path === path)?.message;
  return { errors, errorOf, pending, onSubmit };
}
