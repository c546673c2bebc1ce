"use client";

import { PlainPage } from "./plain-page";

/** A page could not be made: usually the database or the file store is away for a moment. Public pages leave this to global-error.tsx and its bytes. */
export function PageError({ error, retry }: { error: Error & { digest?: string }; retry: () => void }) {
  return (
    <PlainPage
      title="This page could not be fetched"
      action={
        <button type="button" className="button button-primary" onClick={() => retry()}>
          Try again
        </button>
      }
    >
      <p>Nothing that you handed in or wrote is lost. Wait a moment and try again.</p>
      {error.digest ? (
        <p>If it keeps happening, give this number to the people who run the site: {error.digest}</p>
      ) : null}
    </PlainPage>
  );
}
