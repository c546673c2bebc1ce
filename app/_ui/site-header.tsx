import type { Viewer } from "@/lib/permissions/viewer";
import { AccountMenu } from "./account-menu";
import { buttonClass } from "./button-class";
import { NavLink } from "./nav-link";
import { navItemsFor } from "./navigation";
import type { Theme } from "./theme";
import { Wordmark } from "./wordmark";

/**
 * The header of a page in a PageFrame. On a phone, the links are in a row of their own, without a
 * menu to open. Visitors get plain links.
 */
export function SiteHeader({
  viewer,
  theme,
  wide = false,
  opensSignUp = false,
}: {
  viewer: Viewer | null;
  theme: Theme;
  /** As wide as the review queue. */
  wide?: boolean;
  opensSignUp?: boolean;
}) {
  return (
    <header
      className={`border-b border-hairline print:hidden ${wide ? "[--header-width:120rem]" : "[--header-width:68rem]"}`}
    >
      <div className="mx-auto flex max-w-(--header-width) flex-wrap items-center gap-x-4 px-4 sm:px-6">
        <a href="/" className="flex min-h-16 items-center rounded pr-2">
          <Wordmark />
        </a>
        {viewer ? (
          <>
            <nav
              aria-label="Main"
              className="order-last -mx-3 flex w-full flex-wrap sm:order-none sm:mx-0 sm:w-auto sm:flex-1"
            >
              {navItemsFor(viewer).map((item) => (
                <NavLink key={item.href} {...item} />
              ))}
            </nav>
            <div className="ml-auto">
              <AccountMenu name={viewer.name} email={viewer.email} theme={theme} />
            </div>
          </>
        ) : (
          <nav aria-label="Main" className="ml-auto flex items-center gap-1">
            <a href="/sign-in" className={buttonClass({ variant: "plain" })}>
              Sign in
            </a>
            {opensSignUp ? (
              <a href="/sign-up" className={buttonClass({ variant: "quiet" })}>
                Sign up
              </a>
            ) : null}
          </nav>
        )}
      </div>
    </header>
  );
}
