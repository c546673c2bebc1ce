import type { Metadata } from "next";
import { Suspense } from "react";
import { requireViewer } from "@/app/_server/current-viewer";
import { clock, deps } from "@/app/_server/services";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { PageSkeleton } from "@/app/_ui/skeleton";
import type { Viewer } from "@/lib/accounts/viewer";
import { ownDocuments } from "@/lib/files/documents";
import { DocumentSection } from "./document-section";
import { progressInWords } from "./document-words";

export const metadata: Metadata = { title: "Documents" };

/** Who is nobody here is sent to sign in before anything is sent: a redirect inside what streams would come as a page. */
export default async function DocumentsPage() {
  const viewer = await requireViewer("/documents");
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Documents viewer={viewer} />
    </Suspense>
  );
}

async function Documents({ viewer }: { viewer: Viewer }) {
  const slots = await ownDocuments(deps(), viewer);
  const now = clock.now();
  return (
    <PageBody>
      <PageHeader title="What we need from you" lead={progressInWords(slots)} />
      <div className="grid divide-y divide-hairline">
        {slots.map((slot) => (
          <DocumentSection key={slot.field.name} slot={slot} owner={viewer.id} now={now} />
        ))}
      </div>
    </PageBody>
  );
}
