"use client";

import { Button } from "@/app/_ui/button";
import { PlainPage } from "@/app/_ui/plain-page";

/** The desk could not be made: usually the database is away for a moment. */
export default function ReviewPageError({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <PlainPage
      title="The desk could not be fetched"
      action={
        <Button variant="primary" onClick={() => retry()}>
          Try again
        </Button>
      }
    >
      <p>No decision was lost, and what you wrote is kept in this tab. Wait a moment and try again.</p>
      {error.digest ? (
        <p className="mt-3 text-sm">
          If it keeps happening, tell the people who run this site this number:{" "}
          <span className="font-mono">{error.digest}</span>
        </p>
      ) : null}
    </PlainPage>
  );
}
