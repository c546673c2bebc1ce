import type { Metadata } from "next";
import { Suspense } from "react";
import { appContext, clock } from "@/app/_server/app-context";
import { requireViewer } from "@/app/_server/current-viewer";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { PageSkeleton } from "@/app/_ui/skeleton";
import { listOwnDocuments } from "@/lib/files/own-documents";
import type { Viewer } from "@/lib/permissions/viewer";
import { DocumentSection } from "./document-section";
import { formatDocumentProgress } from "./document-text";

export const metadata: Metadata = { title: "Documents" };

/** Checks the session before streaming: a redirect inside a stream would arrive as a page. */
export default async function DocumentsPage() {
  const viewer = await requireViewer("/documents");
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Documents viewer={viewer} />
    </Suspense>
  );
}

async function Documents({ viewer }: { viewer: Viewer }) {
  const context = appContext();
  const slots = await listOwnDocuments(context, viewer);
  const now = clock.now();
  return (
    <PageBody>
      <PageHeader title="What we need from you" lead={formatDocumentProgress(slots)} />
      <div className="grid divide-y divide-hairline">
        {slots.map((slot) => (
          <DocumentSection
            key={slot.field.name}
            slot={slot}
            owner={viewer.id}
            now={now}
            timeZone={context.timeZone}
          />
        ))}
      </div>
    </PageBody>
  );
}
