"use client";

import { type FormEvent, useState } from "react";
import type { SummaryError } from "@/app/_ui/error-summary";
import { useEarlySubmit } from "@/app/_ui/use-early-submit";
import { validateCredentials } from "./auth-problem";
import { postToAuth, type SecondStepMethod } from "./post-to-auth";

/**
 * Sends a form to Better Auth and opens the next page. The inputs are uncontrolled, so entries
 * stay after an error and password managers work. The next page is a full load, because a
 * sign-in changes every page.
 */
export function useAuthForm(
  path: string,
  minPassword: number,
  destination: (role: string) => string,
  onSecondStep?: (methods: readonly SecondStepMethod[]) => void,
) {
  const form = useEarlySubmit();
  const [errors, setErrors] = useState<SummaryError[]>([]);
  const [pending, setPending] = useState(false);

  async function onSubmit(event: FormEvent<HTMLFormElement>) {
    event.preventDefault();
    if (pending) return;
    const data = new FormData(event.currentTarget);
    const text = (name: string) => String(data.get(name) ?? "");
    const entries = {
      ...(data.has("name") ? { name: text("name").trim() } : {}),
      email: text("email").trim(),
      password: text("password"),
    };
    const problems = validateCredentials(entries, { minPassword });
    setErrors(problems);
    if (problems.length > 0) return;
    setPending(true);
    const result = await postToAuth(path, entries);
    if (result.ok === "second step") return onSecondStep?.(result.methods);
    if (result.ok) {
      window.location.assign(destination(result.role));
      return;
    }
    setErrors([result.error]);
    setPending(false);
  }

  const errorOf = (path: string) => errors.find((error) => error.path === path)?.message;
  return { form, errors, errorOf, pending, onSubmit };
}
