"use client";

import { useRouter } from "next/navigation";
import { type ReactNode, useState } from "react";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Notice } from "@/app/_ui/notice";
import { useEarlySubmit } from "@/app/_ui/use-early-submit";

/** A form for one setting of a person. `bodyOf` turns its entries into the body of the request. */
export function SettingForm({
  title,
  method,
  path,
  bodyOf,
  children,
}: {
  title: string;
  method: "PATCH" | "PUT";
  path: string;
  bodyOf: (form: FormData) => object;
  children: ReactNode;
}) {
  const router = useRouter();
  const form = useEarlySubmit(true);
  const [pending, setPending] = useState(false);
  const [isSaved, setIsSaved] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function send(entries: FormData) {
    if (pending) return;
    setPending(true);
    setIsSaved(false);
    setErrorMessage(null);
    const response = await callApi(method, path, { body: bodyOf(entries) });
    setPending(false);
    if (response.status === 200) setIsSaved(true);
    else setErrorMessage(problemOf(response).errors?.[0]?.message ?? problemOf(response).detail);
    router.refresh();
  }

  return (
    <form
      ref={form}
      method="post"
      noValidate
      aria-label={title}
      className="grid content-start gap-4"
      onChange={() => setIsSaved(false)}
      onSubmit={(event) => {
        event.preventDefault();
        void send(new FormData(event.currentTarget));
      }}
    >
      {errorMessage ? (
        <Notice tone="danger" title="Your change was not saved" live>
          {errorMessage}
        </Notice>
      ) : null}
      {children}
      <div className="flex flex-wrap items-center gap-4">
        <Button type="submit" pending={pending} pendingLabel="Saving…" aria-label={`Save: ${title}`}>
          Save
        </Button>
        <p role="status" className="text-muted">
          {isSaved ? "Saved just now" : ""}
        </p>
      </div>
    </form>
  );
}
