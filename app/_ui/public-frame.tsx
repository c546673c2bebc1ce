import type { ReactNode } from "react";
import type { Viewer } from "@/lib/permissions/viewer";
import styles from "./frame.module.css";
import { navItemsFor } from "./navigation";
import { SiteFooter } from "./site-footer";
import type { Theme } from "./theme";
import { Wordmark } from "./wordmark";

/**
 * Header, `main` and footer of a public page, with plain links and almost no script: the size of
 * these pages is compared with an empty Next.js page. All other pages use PageFrame.
 */
export function PublicFrame({
  viewer,
  theme,
  opensSignUp,
  children,
}: {
  viewer: Viewer | null;
  theme: Theme;
  /** Whether visitors may create accounts. */
  opensSignUp: boolean;
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
              navItemsFor(viewer).map((item) => (
                <a key={item.href} href={item.href} className="button button-plain">
                  {item.label}
                </a>
              ))
            ) : (
              <>
                <a href="/sign-in" className="button button-plain">
                  Sign in
                </a>
                {opensSignUp ? (
                  <a href="/sign-up" className="button">
                    Sign up
                  </a>
                ) : null}
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
