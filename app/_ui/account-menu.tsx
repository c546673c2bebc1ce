import { Avatar } from "./avatar";
import { buttonClass } from "./button-class";
import { Icon } from "./icons";
import { SignOutButton } from "./sign-out-button";
import type { Theme } from "./theme";
import { ThemeChoice } from "./theme-choice";

/** Shows who is signed in, the theme and "Sign out", in a native popover. */
export function AccountMenu({ name, email, theme }: { name: string; email: string; theme: Theme }) {
  return (
    <>
      <button
        type="button"
        popoverTarget="account"
        className="flex min-h-11 min-w-11 items-center gap-1 rounded-full pr-1 hover:bg-well"
      >
        <Avatar picture={null} name={name} size={40} />
        <span className="sr-only">
          Account of <bdi>{name}</bdi>
        </span>
        <Icon name="down" className="size-4 text-muted" />
      </button>
      <div
        id="account"
        popover="auto"
        className="absolute inset-auto top-17 right-[max(1rem,calc((100%-var(--header-width))/2+1.5rem))] m-0 w-72 max-w-[calc(100%-2rem)] animate-arrive rounded border border-hairline bg-sheet p-4 text-ink shadow-float"
      >
        <div className="grid gap-4">
          <div className="grid">
            <p dir="auto" className="font-serif text-lg">
              {name}
            </p>
            <p className="text-sm break-all text-muted">{email}</p>
          </div>
          <a href="/security" className={buttonClass({ wide: true })}>
            Security
          </a>
          <ThemeChoice theme={theme} />
          <SignOutButton />
        </div>
      </div>
    </>
  );
}
