"use client";

import { useRouter } from "next/navigation";
import { type ChangeEvent, type FormEvent, useEffect, useRef, useState } from "react";
import { Button } from "@/app/_ui/button";
import { callApi, isJsonObject, problemOf } from "@/app/_ui/call-api";
import { ErrorSummary, type SummaryError } from "@/app/_ui/error-summary";
import { TextArea, TextField } from "@/app/_ui/field";
import { changesOf, type ProfileFormValues, summaryErrorsOf } from "./profile-form-values";

/** What the page says of a member, in their words. What was typed stays whatever the answer is. */
export function ProfileForm({ profile }: { profile: ProfileFormValues }) {
  const router = useRouter();
  const form = useRef<HTMLFormElement>(null);
  const [saved, setSaved] = useState(profile);
  const [entries, setEntries] = useState(profile);
  const [errors, setErrors] = useState<SummaryError[]>([]);
  const [pending, setPending] = useState(false);
  const [savedNow, setSavedNow] = useState(false);
  const changes = changesOf(saved, entries);
  const dirty = Object.keys(changes).length > 0;

  // What was typed before this script arrived.
  useEffect(() => {
    if (form.current)
      setEntries((now) => formValuesOf(Object.fromEntries(new FormData(form.current ?? undefined)), now));
  }, []);

  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [dirty]);

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (pending) return;
    setErrors([]);
    if (!dirty) {
      setSavedNow(true);
      return;
    }
    setPending(true);
    setSavedNow(false);
    const answer = await callApi("PATCH", "/api/profile", { body: changes });
    setPending(false);
    if (answer.status !== 200 || !isJsonObject(answer.body)) {
      setErrors(summaryErrorsOf(problemOf(answer)));
      return;
    }
    // As the server keeps it (trimmed, the address in small letters), but for what was typed meanwhile.
    const kept = formValuesOf(answer.body, entries);
    setSaved(kept);
    setEntries((now) => ({ ...kept, ...changesOf(entries, now) }));
    setSavedNow(true);
    router.refresh();
  }

  const control = (name: keyof ProfileFormValues) => ({
    name,
    value: entries[name],
    error: errors.find(({ path }) => path === name)?.message,
    onChange: ({ currentTarget: { value } }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      setSavedNow(false);
      setEntries((now) => ({ ...now, [name]: value }));
    },
  });

  return (
    <form
      ref={form}
      method="post"
      noValidate
      onSubmit={onSubmit}
      aria-labelledby="words"
      className="grid content-start gap-5"
    >
      <h2 id="words" className="font-serif text-lg">
        What your page says
      </h2>
      <ErrorSummary errors={errors} title="Not saved yet" />
      <TextField
        label="Name"
        hint="As people know you, in any script."
        autoComplete="name"
        {...control("name")}
      />
      <TextField
        label="Address of your page"
        hint={`The last part of its link: …/u/${entries.handle || "your-name"}. Small letters, digits and hyphens. The old address stops working when you change it.`}
        autoComplete="off"
        autoCapitalize="none"
        spellCheck={false}
        {...control("handle")}
      />
      <TextField
        label="Headline"
        optional
        hint="One line under your name, such as “Volunteer tutor”. At most 120 characters."
        autoComplete="off"
        {...control("headline")}
      />
      <TextArea
        label="About"
        optional
        rows={7}
        hint="A few sentences, at most 2,000 characters. Line breaks stay."
        {...control("bio")}
      />
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" variant="primary" pending={pending} pendingLabel="Saving…">
          Save
        </Button>
        <p role="status" className="text-muted">
          {savedNow && !dirty ? "Saved just now" : dirty && !pending ? "Not saved yet" : ""}
        </p>
      </div>
    </form>
  );
}

function formValuesOf(body: Record<string, unknown>, before: ProfileFormValues): ProfileFormValues {
  const text = (name: keyof ProfileFormValues) => {
    const value = body[name];
    // Some browsers hand out a text area's lines as they would send them.
    return typeof value === "string" ? value.replaceAll("\r\n", "\n") : before[name];
  };
  return { name: text("name"), handle: text("handle"), headline: text("headline"), bio: text("bio") };
}
