import type { Metadata } from "next";
import { Suspense } from "react";
import { appContext, clock } from "@/app/_server/app-context";
import { requireViewer } from "@/app/_server/current-viewer";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { PageSkeleton } from "@/app/_ui/skeleton";
import { listOwnDocuments } from "@/lib/files/own-documents";
import type { Viewer } from "@/lib/permissions/viewer";
import { findOwnOpenRequests } from "@/lib/requests/list-requests";
import { DocumentGroups } from "./document-groups";
import { DocumentSection } from "./document-section";
import { formatDocumentProgress } from "./document-text";
import { placeSlots } from "./group-slots";

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
  const [slots, requests] = await Promise.all([
    listOwnDocuments(context, viewer),
    findOwnOpenRequests(context, viewer),
  ]);
  const placed = placeSlots(slots, requests);
  const now = clock.now();
  return (
    <PageBody>
      <PageHeader
        title="What we need from you"
        lead={formatDocumentProgress(placed.filter(({ group }) => group !== "optional"))}
      />
      <DocumentGroups
        sections={placed.map((slot) => ({
          name: slot.field.name,
          group: slot.group,
          section: <DocumentSection slot={slot} owner={viewer.id} now={now} timeZone={context.timeZone} />,
        }))}
      />
    </PageBody>
  );
}
