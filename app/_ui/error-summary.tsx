"use client";

import { useEffect, useRef } from "react";

/** `path` is the `id` of the control that it concerns, "" for the whole form. */
export type SummaryError = { path: string; message: string };

/**
 * Above a form that was sent in vain: takes focus, so that it is read at once, and links to each control. Give it a new
 * `errors` array for each attempt and it takes focus again. Renders nothing without errors.
 */
export function ErrorSummary({
  errors,
  title = "Please look at this again",
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
