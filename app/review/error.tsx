"use client";

import { Button } from "@/app/_ui/button";
import { PlainPage } from "@/app/_ui/plain-page";

/** Shown if a review page fails to render, usually because the database is unavailable. */
export default function ReviewPageError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <PlainPage
      title="The review queue could not be loaded"
      action={
        <Button variant="primary" onClick={() => retry()}>
          Try again
        </Button>
      }
    >
      <p>No decision was lost, and your text is saved in this tab. Wait a moment and try again.</p>
      {error.digest ? (
        <p className="mt-3 text-sm">
          If this happens again, send this number to the site’s operators:{" "}
          <span className="font-mono">{error.digest}</span>
        </p>
      ) : null}
    </PlainPage>
  );
}
