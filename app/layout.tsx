import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { preload } from "react-dom";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "./globals.css";
import { appUrl } from "./_server/app-context";
import { getCurrentTheme } from "./_server/current-theme";
import { getNonce } from "./_server/nonce";
import { EARLY_INPUT_SCRIPT } from "./_ui/early-input";
import { PRELOADED_FONTS } from "./_ui/fonts";
import { LiveRegion } from "./_ui/live-region";

/** A function, because APP_URL is known at run time and not at build time. */
export function generateMetadata(): Metadata {
  return {
    metadataBase: new URL(appUrl()),
    title: { default: "Dossier", template: "%s · Dossier" },
    description: "Profiles people show, documents only reviewers see.",
    applicationName: "Dossier",
    // Not indexed by default. Public pages override this.
    robots: { index: false, follow: false },
    formatDetection: { telephone: false, email: false, address: false },
  };
}

export const viewport: Viewport = { colorScheme: "light dark" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  for (const font of PRELOADED_FONTS)
    preload(font, { as: "font", type: "font/woff2", crossOrigin: "anonymous" });
  const [theme, nonce] = await Promise.all([getCurrentTheme(), getNonce()]);
  return (
    <html lang="en-GB" data-theme={theme === "system" ? undefined : theme}>
      <body>
        <script nonce={nonce}>{EARLY_INPUT_SCRIPT}</script>
        <a href="#main" className="button button-primary skip">
          Skip to the content
        </a>
        {children}
        <LiveRegion />
      </body>
    </html>
  );
}
