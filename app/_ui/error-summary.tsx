"use client";

import { useEffect, useRef } from "react";

/** One error. `path` is the `id` of its control, or "" for the whole form. */
export type SummaryError = { path: string; message: string };

/**
 * Lists the errors above a rejected form, with a link to each control. Takes the focus, so screen
 * readers read it at once. A new `errors` array makes it take the focus again.
 */
export function ErrorSummary({
  errors,
  title = "Some entries need your attention",
}: {
  errors: readonly SummaryError[];
  title?: string;
}) {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (errors.length > 0) box.current?.focus();
  }, [errors]);
  if (errors.length === 0) return null;
  return (
    <div
      ref={box}
      tabIndex={-1}
      role="alert"
      aria-labelledby="error-summary-title"
      className="rounded border-2 border-refused bg-sheet p-4"
    >
      <h2 id="error-summary-title" className="font-bold">
        {title}
      </h2>
      <ul className="mt-2 grid gap-1">
        {errors.map(({ path, message }) => (
          <li key={`${path} ${message}`}>
            {path ? (
              <a
                href={`#${path}`}
                className="text-refused underline underline-offset-4"
                onClick={(event) => {
                  event.preventDefault();
                  document.getElementById(path)?.focus();
                }}
              >
                {message}
              </a>
            ) : (
              message
            )}
          </li>
        ))}
      </ul>
    </div>
  );
}
