import type { Metadata } from "next";
import { appContext, clock } from "@/app/_server/app-context";
import { formatDate, formatDateAndRelative, formatDateTime } from "@/app/_ui/format";
import { Icon } from "@/app/_ui/icons";
import { PrintButton } from "@/app/_ui/print-button";
import { QrCode } from "@/app/_ui/qr-code";
import "../../../utilities.css";
import { BadgeList } from "../badge-list";
import { loadPublicProfile } from "../load-profile";

export async function generateMetadata({ params }: PageProps<"/u/[handle]/badge">): Promise<Metadata> {
  const { name } = await loadPublicProfile((await params).handle);
  // A list of what is checked about whom is for people with the link.
  return { title: `Approvals of ${name}`, robots: { index: false, follow: false } };
}

/** Says to anyone with the link what is checked at this moment, and has a card to print. */
export default async function BadgePage({ params }: PageProps<"/u/[handle]/badge">) {
  const { name, handle, badges } = await loadPublicProfile((await params).handle);
  const { mail, timeZone } = appContext();
  const now = clock.now();
  const url = mail ? `${mail.appUrl}/u/${handle}/badge` : null;
  const site = mail ? new URL(mail.appUrl).host : "This site";
  return (
    <article className="mx-auto grid max-w-prose gap-8 px-4 py-12 sm:px-6 sm:py-16">
      <header className="grid gap-2 print:hidden">
        <h1 dir="auto" className="font-serif text-title tracking-tight wrap-anywhere">
          {name}
        </h1>
        <p className="text-muted">
          {badges.length > 0
            ? `${site} has checked these documents. The page looks it up at each visit: it is true on ${formatDateTime(now, timeZone)}.`
            : `No approval is shown on ${formatDateTime(now, timeZone)}. One that was shown here before has expired, was taken back, or this person shows it no more.`}
        </p>
      </header>
      {badges.length > 0 ? (
        <>
          <ul className="grid divide-y divide-hairline border-y border-hairline print:hidden">
            {badges.map(({ field, label, checkedAt, validUntil }) => (
              <li key={field} className="flex items-start gap-3 py-4">
                <Icon name="check" className="mt-0.5 size-5 text-approved" strokeWidth="2" />
                <div className="grid gap-1">
                  <h2 className="font-bold">{label}</h2>
                  <p className="text-sm text-muted tabular">
                    Approved {formatDate(checkedAt, timeZone)}
                    {validUntil
                      ? ` · valid until ${formatDateAndRelative(validUntil, now, timeZone)}`
                      : " · without an end"}
                  </p>
                </div>
              </li>
            ))}
          </ul>
          {url ? (
            <section aria-labelledby="card" className="grid justify-items-start gap-4">
              <h2 id="card" className="font-serif text-lg print:hidden">
                A card to print
              </h2>
              <div className="grid w-full max-w-form grid-cols-[1fr_auto] items-center gap-4 rounded border border-edge p-4">
                <div className="grid min-w-0 justify-items-start gap-2">
                  <p dir="auto" className="font-serif text-lg wrap-anywhere">
                    {name}
                  </p>
                  <BadgeList badges={badges} timeZone={timeZone} />
                  <p className="text-sm wrap-anywhere text-muted">
                    Scan the code to see if this is still true: {url.replace(/^https?:\/\//, "")}
                  </p>
                </div>
                <QrCode text={url} label={`QR code of ${url}`} className="size-28" />
              </div>
              <PrintButton />
            </section>
          ) : null}
        </>
      ) : null}
    </article>
  );
}
