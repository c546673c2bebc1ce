"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { announce } from "@/app/_ui/announce";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Checkbox } from "@/app/_ui/checkbox";
import { Notice } from "@/app/_ui/notice";

/** Switches mails on and off. Those about security always come. */
export function MailChoice({ news }: { news: boolean }) {
  const router = useRouter();
  const [shown, setShown] = useState(news);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function change(wanted: boolean) {
    setShown(wanted);
    setErrorMessage(null);
    const response = await callApi("PATCH", "/api/notifications", { body: { news: wanted } });
    if (response.status !== 200) {
      setShown(!wanted);
      setErrorMessage(problemOf(response).detail);
      return;
    }
    announce(wanted ? "Mails are switched on" : "Mails are switched off");
    router.refresh();
  }

  return (
    <div className="grid max-w-prose gap-3">
      {errorMessage ? (
        <Notice tone="danger" title="Your change was not saved" live>
          {errorMessage}
        </Notice>
      ) : null}
      <Checkbox
        name="news"
        label="Write to me about my documents, and about documents that wait for me"
        hint="You always get mails about the security of your account."
        checked={shown}
        onChange={(event) => void change(event.currentTarget.checked)}
      />
    </div>
  );
}
