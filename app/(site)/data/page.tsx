import type { Metadata } from "next";
import { Suspense } from "react";
import { appContext, clock } from "@/app/_server/app-context";
import { requireViewer } from "@/app/_server/current-viewer";
import { toIsoDay } from "@/app/_ui/format";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { PageSkeleton } from "@/app/_ui/skeleton";
import { countOwnRecords, sumOwnPictures } from "@/lib/accounts/own-records";
import { formatRule } from "@/lib/fields/duration-text";
import { fields } from "@/lib/fields/fields";
import { listOwnDocuments } from "@/lib/files/own-documents";
import type { Viewer } from "@/lib/permissions/viewer";
import { listRulesInForce } from "@/lib/retention/rules";
import { AccountEndSections } from "./account-end-sections";
import { DocumentList } from "./document-list";
import { DownloadPanel } from "./download-panel";
import { RecordList } from "./record-list";

export const metadata: Metadata = { title: "Your data" };

/** Checks the session before streaming: a redirect inside a stream would arrive as a page. */
export default async function DataPage() {
  const viewer = await requireViewer("/data");
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Data viewer={viewer} />
    </Suspense>
  );
}

async function Data({ viewer }: { viewer: Viewer }) {
  const context = appContext();
  const { timeZone, limits } = context;
  const now = clock.now();
  const [slots, rules, counts, pictures] = await Promise.all([
    listOwnDocuments(context, viewer),
    listRulesInForce(context),
    countOwnRecords(context, viewer),
    sumOwnPictures(context, viewer),
  ]);
  const documents = slots
    .flatMap(({ current, pending, history, field }) =>
      [...current, ...pending, ...history].map((document) => ({ ...document, label: field.label })),
    )
    .sort((one, other) => other.createdAt.localeCompare(one.createdAt));
  const present = documents.filter(({ purgedAt }) => !purgedAt);
  return (
    <PageBody>
      <PageHeader
        title="Your data"
        lead="What we hold about you, why, and for how long. You can take a copy of it with you at any time."
      />
      <section aria-labelledby="copy" className="grid gap-4">
        <h2 id="copy" className="font-serif text-lg">
          Take a copy
        </h2>
        <p className="max-w-prose">
          The archive has your files as you sent them, your profile, who opened your files, the decisions, and
          the receipts of deletions. It does not have what reviewers and admins wrote for each other. Your
          browser makes it, and checks that every file is complete.
        </p>
        <DownloadPanel
          fileName={`my-data-${toIsoDay(now, timeZone)}.zip`}
          files={present.length + pictures.count}
          bytes={present.reduce((sum, { size }) => sum + size, pictures.bytes)}
        />
      </section>
      <DocumentList documents={documents} {...{ now, timeZone }}>
        <ul className="grid max-w-prose list-disc gap-1 pl-5 text-sm text-muted">
          {rules.map(({ field, inForce }) => (
            <li key={field}>
              {fields.get(field)?.label ?? field}: {formatRule(inForce).toLowerCase()}.
            </li>
          ))}
        </ul>
      </DocumentList>
      <RecordList counts={counts} backupDays={limits.backupDays} />
      <AccountEndSections viewer={viewer} />
    </PageBody>
  );
}
