"use client";

import { Button } from "./_ui/button";
import { PlainPage } from "./_ui/plain-page";

/** A page could not be made: usually the database or the file store is away for a moment. */
export default function PageFailed({
  error,
  retry,
}: {
  error: Error & { digest?: string };
  retry: () => void;
}) {
  return (
    <main id="main">
      <PlainPage
        title="This page could not be fetched"
        actions={
          <>
            <Button variant="primary" onClick={() => retry()}>
              Try again
            </Button>
            <a href="/" className="link inline-flex min-h-11 items-center px-2">
              To the first page
            </a>
          </>
        }
      >
        <p>Nothing that you handed in or wrote is lost. Wait a moment and try again.</p>
        {error.digest ? (
          <p className="mt-3 text-sm">
            If it keeps happening, tell the people who run this site this number:{" "}
            <span className="font-mono">{error.digest}</span>
          </p>
        ) : null}
      </PlainPage>
    </main>
  );
}
