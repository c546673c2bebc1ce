import type { Metadata, Viewport } from "next";
import type { ReactNode } from "react";
import { preload } from "react-dom";
import "@fontsource-variable/inter/wght.css";
import "@fontsource-variable/source-serif-4/wght.css";
import "./globals.css";
import { getCurrentTheme } from "./_server/current-theme";
import { appUrl } from "./_server/app-context";
import { PRELOADED_FONTS } from "./_ui/fonts";
import { LiveRegion } from "./_ui/live-region";

/** A function, since the address of the application is known when it runs and not when it is built. */
export function generateMetadata(): Metadata {
  return {
    metadataBase: new URL(appUrl()),
    title: { default: "Dossier", template: "%s · Dossier" },
    description: "Profiles people show, documents only reviewers see.",
    applicationName: "Dossier",
    // Protective by default: a page that wants to be found says so itself.
    robots: { index: false, follow: false },
    formatDetection: { telephone: false, email: false, address: false },
  };
}

export const viewport: Viewport = { colorScheme: "light dark" };

export default async function RootLayout({ children }: { children: ReactNode }) {
  for (const font of PRELOADED_FONTS) preload(font, { as: "font", type: "font/woff2", crossOrigin: "anonymous" });
  const theme = await getCurrentTheme();
  return (
    <html lang="en-GB" data-theme={theme === "system" ? undefined : theme}>
      <body>
        <a href="#main" className="button button-primary skip">
          Skip to the content
        </a>
        {children}
        <LiveRegion />
      </body>
    </html>
  );
}
