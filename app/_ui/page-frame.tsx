import type { ReactNode } from "react";
import type { Viewer } from "@/lib/permissions/viewer";
import "./pages.css";
import { PagePerson } from "./page-person";
import { SiteFooter } from "./site-footer";
import { SiteHeader } from "./site-header";
import type { Theme } from "./theme";

/** Header, `main` and, for visitors, footer. `wide` is the width of the review queue. */
export function PageFrame({
  viewer,
  theme,
  wide = false,
  opensSignUp = false,
  children,
}: {
  viewer: Viewer | null;
  theme: Theme;
  wide?: boolean;
  /** Whether visitors may create accounts. */
  opensSignUp?: boolean;
  children: ReactNode;
}) {
  return (
    <>
      {viewer ? <PagePerson id={viewer.id} /> : null}
      <SiteHeader viewer={viewer} theme={theme} wide={wide} opensSignUp={opensSignUp} />
      <main id="main" tabIndex={-1} className="flex-1">
        {children}
      </main>
      {viewer ? null : <SiteFooter theme={theme} />}
    </>
  );
}
