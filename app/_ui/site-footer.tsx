import type { Theme } from "./theme";
import { ThemeChoice } from "./theme-choice";

/** The foot of public pages. Who is signed in chooses the appearance in the account menu; everybody else here. */
export function SiteFooter({ theme, signedIn }: { theme: Theme; signedIn: boolean }) {
  return (
    <footer className="mt-auto border-t border-hairline">
      <div className="mx-auto flex max-w-page flex-wrap items-end justify-between gap-6 px-4 py-6 text-sm text-muted sm:px-6">
        <p className="max-w-prose py-3">Dossier is open source. Every opening of a document is on record.</p>
        {signedIn ? null : <ThemeChoice theme={theme} />}
      </div>
    </footer>
  );
}
