import type { ReactNode } from "react";
import type { ProfileTexts } from "@/lib/accounts/profile";
import { parseWebAddress } from "@/lib/accounts/web-address";

/**
 * A member's page, as visitors see it. The editor shows the same as a preview, with entries that
 * are not saved yet. `children` come before the text.
 */
export function PublicProfileView({
  texts: { name, headline, bio, pronouns, location, languages, links },
  portrait,
  heading: Heading = "h1",
  children,
}: {
  texts: Omit<ProfileTexts, "handle">;
  portrait: ReactNode;
  heading?: "h1" | "h3";
  children?: ReactNode;
}) {
  const facts = [
    { term: "Location", text: location },
    { term: "Languages", text: languages },
  ].filter(({ text }) => text !== "");
  return (
    <article className="mx-auto grid max-w-prose grid-cols-1 justify-items-center gap-6 px-4 py-12 text-center sm:px-6 sm:py-20 print:py-0">
      {portrait}
      <div className="grid gap-3">
        <Heading dir="auto" className="font-serif text-display tracking-tight wrap-anywhere">
          {name}
        </Heading>
        {pronouns ? (
          <p dir="auto" className="text-muted wrap-anywhere">
            {pronouns}
          </p>
        ) : null}
        {headline ? (
          <p dir="auto" className="text-lg text-muted wrap-anywhere">
            {headline}
          </p>
        ) : null}
      </div>
      {facts.length > 0 ? (
        <dl className="grid gap-1">
          {facts.map(({ term, text }) => (
            <div key={term} className="wrap-anywhere">
              <dt className="inline text-muted">{term}: </dt>
              <dd className="inline">
                <bdi>{text}</bdi>
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {children}
      {bio ? (
        <p
          dir="auto"
          className="w-full border-t border-hairline pt-6 text-start whitespace-pre-line wrap-anywhere"
        >
          {bio}
        </p>
      ) : null}
      <Links links={links} />
    </article>
  );
}

/**
 * Shows each link with the name of its website, which a label cannot hide. Paper shows the whole
 * address.
 */
function Links({ links }: Pick<ProfileTexts, "links">) {
  const shown = links.flatMap(({ url, label }) => {
    const address = parseWebAddress(url);
    return "problem" in address ? [] : [{ ...address, label }];
  });
  if (shown.length === 0) return null;
  return (
    <ul aria-label="Links" className="grid w-full border-t border-hairline pt-6 text-start">
      {shown.map(({ url, host, label }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: two links may be equal.
        <li key={index} className="break-inside-avoid py-1.5 wrap-anywhere">
          <a
            href={url}
            rel="nofollow ugc noopener"
            className="text-accent underline underline-offset-4 hover:text-accent-strong print:text-ink"
          >
            {label ? <bdi>{label}</bdi> : shortAddressOf(url)}
          </a>
          {label ? <span className="text-muted print:hidden"> {host}</span> : null}
          <span className="hidden print:inline"> {url}</span>
        </li>
      ))}
    </ul>
  );
}

const MAX_SHOWN_LENGTH = 60;

/** Returns the start of the address, which always has the name of the website. */
function shortAddressOf(url: string): string {
  const address = url.replace(/^https:\/\//, "").replace(/\/$/, "");
  const nameLength = address.search(/[/?#]|$/);
  const length = Math.max(nameLength, MAX_SHOWN_LENGTH);
  return address.length > length ? `${address.slice(0, length)}…` : address;
}
