import type { Metadata } from "next";
import { requireViewer } from "@/app/_server/current-viewer";
import { clock, deps } from "@/app/_server/services";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { ownDocuments } from "@/lib/files/documents";
import { DocumentSection } from "./document-section";
import { progressInWords } from "./document-words";

export const metadata: Metadata = { title: "Documents" };

export default async function DocumentsPage() {
  const viewer = await requireViewer("/documents");
  const slots = await ownDocuments(deps(), viewer);
  const now = clock.now();
  return (
    <PageBody>
      <PageHeader title="What we need from you" lead={progressInWords(slots)} />
      <div className="grid divide-y divide-hairline">
        {slots.map((slot) => (
          <DocumentSection key={slot.field.name} slot={slot} now={now} />
        ))}
      </div>
    </PageBody>
  );
}
