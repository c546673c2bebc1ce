"use client";

import "./globals.css";
import { PageError, type PageErrorProps } from "./_ui/page-error";

/** The error page with a document of its own, for errors in the root layout or a public page. */
export default function GlobalError(props: PageErrorProps) {
  return (
    <html lang="en-GB">
      <body>
        <title>Dossier is unavailable</title>
        <main>
          <PageError {...props} title="Dossier is unavailable right now" />
        </main>
      </body>
    </html>
  );
}
