"use client";

import "./globals.css";
import { PlainPage } from "./_ui/plain-page";

/** The last resort, when even the root layout failed: it brings its own document. */
export default function GlobalError({ retry }: { retry: () => void }) {
  return (
    <html lang="en-GB">
      <body>
        <title>Dossier cannot be reached</title>
        <main>
          <PlainPage
            title="Dossier cannot be reached at the moment"
            action={
              <button type="button" className="button button-primary" onClick={() => retry()}>
                Try again
              </button>
            }
          >
            <p>Nothing that you handed in or wrote is lost. Wait a moment and try again.</p>
          </PlainPage>
        </main>
      </body>
    </html>
  );
}
