"use client";

import { PlainPage } from "./plain-page";

/** What Next.js passes to an error page. `retry` renders the page again. */
export type PageErrorProps = { error: Error & { digest?: string }; retry: () => void };

/**
 * The content of every error page. Usually the database or the file store is unavailable for a
 * moment. The digest finds the error in the server's log.
 */
export function PageError({
  error,
  retry,
  title = "This page could not be loaded",
  detail = "Nothing that you uploaded or wrote is lost. Wait a moment and try again.",
}: PageErrorProps & { title?: string; detail?: string }) {
  return (
    <PlainPage
      title={title}
      action={
        <button type="button" className="button button-primary" onClick={() => retry()}>
          Try again
        </button>
      }
    >
      <p>{detail}</p>
      {error.digest ? (
        <p>If this happens again, send this number to the site’s operators: {error.digest}</p>
      ) : null}
    </PlainPage>
  );
}
