"use client";

import "./globals.css";
import { Button } from "./_ui/button";
import { PlainPage } from "./_ui/plain-page";

/** The last resort, when even the root layout failed: it brings its own document. */
export default function SiteFailed({ retry }: { retry: () => void }) {
  return (
    <html lang="en-GB">
      <body className="font-sans">
        <title>Dossier cannot be reached</title>
        <main id="main">
          <PlainPage
            title="Dossier cannot be reached at the moment"
            actions={
              <Button variant="primary" onClick={() => retry()}>
                Try again
              </Button>
            }
          >
            <p>Nothing that you handed in or wrote is lost. Wait a moment and try again.</p>
          </PlainPage>
        </main>
      </body>
    </html>
  );
}
