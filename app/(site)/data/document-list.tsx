import type { ReactNode } from "react";
import { stampOf } from "@/app/_ui/file-status";
import { formatDateAndRelative } from "@/app/_ui/format";
import { SiteLink } from "@/app/_ui/site-link";
import { StatusBadge } from "@/app/_ui/status-badge";
import type { OwnDocument } from "@/lib/files/own-documents";

/** A page shows no more. All are on the documents page and in the download. */
const SHOWN = 50;

/** Lists the person's documents with their state and their last day. `children` say the rules. */
export function DocumentList({
  documents,
  now,
  timeZone,
  children,
}: {
  documents: readonly (OwnDocument & { label: string })[];
  now: Date;
  timeZone: string;
  children: ReactNode;
}) {
  return (
    <section aria-labelledby="documents" className="grid gap-4">
      <h2 id="documents" className="font-serif text-lg">
        Your documents
      </h2>
      {documents.length === 0 ? <p className="text-muted">You have not sent us a document.</p> : null}
      <ul className="divide-y divide-hairline border-y border-hairline empty:hidden">
        {documents.slice(0, SHOWN).map((document) => (
          <li
            key={document.id}
            className="grid gap-x-6 gap-y-1 py-3 sm:grid-cols-[minmax(0,1fr)_auto] sm:items-center"
          >
            <div className="grid min-w-0 gap-0.5">
              <p dir="auto" className="font-bold wrap-anywhere">
                {document.name}
              </p>
              <p className="text-sm text-muted tabular">
                {document.label} · {describeEnd(document, now, timeZone)}
              </p>
            </div>
            <StatusBadge status={stampOf(document, now)} />
          </li>
        ))}
      </ul>
      {documents.length > SHOWN ? (
        <p className="text-sm text-muted">
          These are the latest {SHOWN} of {documents.length}. All are under{" "}
          <SiteLink href="/documents" className="underline">
            Documents
          </SiteLink>
          , and in your copy.
        </p>
      ) : null}
      <p className="max-w-prose">
        We delete each document after its last day, and write a receipt. The record of it stays, so that you
        can show what was decided. These are the rules:
      </p>
      {children}
    </section>
  );
}

function describeEnd({ purgedAt, keepUntil, held }: OwnDocument, now: Date, timeZone: string): string {
  if (purgedAt) return `deleted on ${formatDateAndRelative(purgedAt, now, timeZone)}`;
  if (held) return "kept until an admin releases the hold on it";
  return keepUntil
    ? `kept until ${formatDateAndRelative(keepUntil, now, timeZone)}`
    : "its last day is set when its time starts to count";
}
