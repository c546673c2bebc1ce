"use client";

import { useRouter } from "next/navigation";
import { type FormEvent, useEffect, useState } from "react";
import { Button } from "@/app/_ui/button";
import { callApi, isJsonObject, problemOf } from "@/app/_ui/call-api";
import { ErrorSummary, type SummaryError } from "@/app/_ui/error-summary";
import { TextField } from "@/app/_ui/field";
import { useEarlySubmit } from "@/app/_ui/use-early-submit";

/**
 * Edits the address of the member's page. It has a button of its own: a new address breaks every
 * link to the old one.
 */
export function AddressForm({ handle: initial }: { handle: string }) {
  const router = useRouter();
  const [hasTakenOver, setTakenOver] = useState(false);
  const form = useEarlySubmit(hasTakenOver);
  const [saved, setSaved] = useState(initial);
  const [handle, setHandle] = useState(initial);
  const [errors, setErrors] = useState<SummaryError[]>([]);
  const [pending, setPending] = useState(false);
  const [isSaved, setIsSaved] = useState(false);
  const hasChanged = handle !== saved;

  // Takes over what the member typed before this script had loaded.
  useEffect(() => {
    const typed = form.current && new FormData(form.current).get("handle");
    if (typeof typed === "string") setHandle(typed);
    setTakenOver(true);
  }, [form]);

  useEffect(() => {
    if (!hasChanged) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [hasChanged]);

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (pending) return;
    setErrors([]);
    setIsSaved(!hasChanged);
    if (!hasChanged) return;
    setPending(true);
    const response = await callApi("PATCH", "/api/profile", { body: { handle } });
    setPending(false);
    if (response.status !== 200 || !isJsonObject(response.body)) {
      const { detail, errors = [] } = problemOf(response);
      const own = errors.find(({ path }) => path === "handle");
      setErrors([
        own ? { path: "handle", message: `The address ${own.message}.` } : { path: "", message: detail },
      ]);
      return;
    }
    // The server's form: in lower case.
    const stored = String(response.body.handle);
    setSaved(stored);
    setHandle((now) => (now === handle ? stored : now));
    setIsSaved(true);
    router.refresh();
  }

  return (
    <form
      ref={form}
      method="post"
      noValidate
      onSubmit={onSubmit}
      aria-labelledby="page-address"
      className="grid content-start gap-5"
    >
      <h2 id="page-address" className="font-serif text-lg">
        Address
      </h2>
      <ErrorSummary errors={errors} title="Not saved yet" />
      <TextField
        label="Address of your page"
        name="handle"
        hint={`The last part of its link: …/u/${handle || "your-name"}. Use lower-case letters, digits and hyphens. The old address stops working when you change it.`}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        value={handle}
        error={errors.find(({ path }) => path === "handle")?.message}
        onChange={({ currentTarget: { value } }) => {
          setIsSaved(false);
          setHandle(value);
        }}
      />
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" variant="primary" pending={pending} pendingLabel="Saving…">
          Save address
        </Button>
        <p role="status" className="text-muted">
          {isSaved && !hasChanged ? "Address saved" : hasChanged && !pending ? "Not saved yet" : ""}
        </p>
      </div>
    </form>
  );
}
