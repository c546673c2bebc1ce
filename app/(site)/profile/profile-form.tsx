"use client";

import { useRouter } from "next/navigation";
import { type ChangeEvent, type FormEvent, useEffect, useState } from "react";
import { Button } from "@/app/_ui/button";
import { callApi, isJsonObject, problemOf } from "@/app/_ui/call-api";
import { ErrorSummary, type SummaryError } from "@/app/_ui/error-summary";
import { TextArea, TextField } from "@/app/_ui/field";
import { useEarlySubmit } from "@/app/_ui/use-early-submit";
import { changesOf, type ProfileFormValues, summaryErrorsOf } from "./profile-form-values";

/** Edits the text of the member's page. The entries stay after every error. */
export function ProfileForm({ profile }: { profile: ProfileFormValues }) {
  const router = useRouter();
  const [hasTakenOver, setTakenOver] = useState(false);
  const form = useEarlySubmit(hasTakenOver);
  const [saved, setSaved] = useState(profile);
  const [entries, setEntries] = useState(profile);
  const [errors, setErrors] = useState<SummaryError[]>([]);
  const [pending, setPending] = useState(false);
  const [isSaved, setIsSaved] = useState(false);
  const changes = changesOf(saved, entries);
  const hasChanges = Object.keys(changes).length > 0;

  // Takes over what the member typed before this script had loaded.
  useEffect(() => {
    if (!form.current) return;
    const typed = Object.fromEntries(new FormData(form.current));
    setEntries((now) => formValuesOf(typed, now));
    setTakenOver(true);
  }, [form]);

  useEffect(() => {
    if (!hasChanges) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [hasChanges]);

  async function onSubmit(event: FormEvent) {
    event.preventDefault();
    if (pending) return;
    setErrors([]);
    if (!hasChanges) {
      setIsSaved(true);
      return;
    }
    setPending(true);
    setIsSaved(false);
    const response = await callApi("PATCH", "/api/profile", { body: changes });
    setPending(false);
    if (response.status !== 200 || !isJsonObject(response.body)) {
      setErrors(summaryErrorsOf(problemOf(response)));
      return;
    }
    // The server's values (trimmed, the address in lower case), plus what was typed since.
    const savedValues = formValuesOf(response.body, entries);
    setSaved(savedValues);
    setEntries((now) => ({ ...savedValues, ...changesOf(entries, now) }));
    setIsSaved(true);
    router.refresh();
  }

  const control = (name: keyof ProfileFormValues) => ({
    name,
    value: entries[name],
    error: errors.find(({ path }) => path === name)?.message,
    onChange: ({ currentTarget: { value } }: ChangeEvent<HTMLInputElement | HTMLTextAreaElement>) => {
      setIsSaved(false);
      setEntries((now) => ({ ...now, [name]: value }));
    },
  });

  return (
    <form
      ref={form}
      method="post"
      noValidate
      onSubmit={onSubmit}
      aria-labelledby="page-text"
      className="grid content-start gap-5"
    >
      <h2 id="page-text" className="font-serif text-lg">
        Text on your page
      </h2>
      <ErrorSummary errors={errors} title="Not saved yet" />
      <TextField
        label="Name"
        hint="The name that people know, in any alphabet."
        autoComplete="name"
        {...control("name")}
      />
      <TextField
        label="Address of your page"
        hint={`The last part of its link: …/u/${entries.handle || "your-name"}. Use lower-case letters, digits and hyphens. The old address stops working when you change it.`}
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
        hint="A few sentences, at most 2,000 characters. Line breaks are kept."
        {...control("bio")}
      />
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" variant="primary" pending={pending} pendingLabel="Saving…">
          Save
        </Button>
        <p role="status" className="text-muted">
          {isSaved && !hasChanges ? "Saved just now" : hasChanges && !pending ? "Not saved yet" : ""}
        </p>
      </div>
    </form>
  );
}

function formValuesOf(body: Record<string, unknown>, before: ProfileFormValues): ProfileFormValues {
  const text = (name: keyof ProfileFormValues) => {
    const value = body[name];
    // Some browsers return the line breaks of a text area as CRLF.
    return typeof value === "string" ? value.replaceAll("\r\n", "\n") : before[name];
  };
  return { name: text("name"), handle: text("handle"), headline: text("headline"), bio: text("bio") };
}
