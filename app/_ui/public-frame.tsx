import type { ReactNode } from "react";
import type { Viewer } from "@/lib/permissions/viewer";
import styles from "./frame.module.css";
import { navItemsFor } from "./navigation";
import { SiteFooter } from "./site-footer";
import type { Theme } from "./theme";
import { Wordmark } from "./wordmark";

/**
 * What surrounds a page that strangers see: plain links and hardly a script, since these pages are weighed against an
 * empty Next page. Everything else stands in a PageFrame.
 */
export function PublicFrame({
  viewer,
  theme,
  children,
}: {
  viewer: Viewer | null;
  theme: Theme;
  children: ReactNode;
}) {
  return (
    <>
      <header className={styles.header}>
        <div className={styles.row}>
          <a href="/">
            <Wordmark />
          </a>
          <nav aria-label="Main" className={styles.nav}>
            {viewer ? (
              navItemsFor(viewer).map((place) => (
                <a key={place.href} href={place.href} className="button button-plain">
                  {place.label}
                </a>
              ))
            ) : (
              <>
                <a href="/sign-in" className="button button-plain">
                  Sign in
                </a>
                <a href="/sign-up" className="button">
                  Sign up
                </a>
              </>
            )}
          </nav>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        {children}
      </main>
      <SiteFooter theme={theme} />
    </>
  );
}
