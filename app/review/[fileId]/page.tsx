import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache, Suspense } from "react";
import { appContext, clock } from "@/app/_server/app-context";
import { requireReviewer } from "@/app/_server/current-viewer";
import { Skeleton } from "@/app/_ui/skeleton";
import { listAccesses } from "@/lib/audit/access-log";
import { Problem } from "@/lib/errors";
import { dayOf } from "@/lib/fields/calendar";
import { findField } from "@/lib/files/file";
import type { Viewer } from "@/lib/permissions/viewer";
import { findReview, type Review } from "@/lib/review/review";
import { AccessSummary } from "./access-summary";
import { DecisionHistory } from "./decision-history";
import type { ReviewField } from "./decision-request";
import { DocumentReview } from "./document-review";
import { QueueSidebar } from "./queue-sidebar";

type Props = { params: Promise<{ fileId: string }> };

/** Loads a document that the viewer may review. Any other is not found. */
const loadDocument = cache(
  async (fileId: string): Promise<{ viewer: Viewer; review: Review; field: ReviewField }> => {
    const viewer = await requireReviewer(`/review/${fileId}`);
    const review = await findReview(appContext(), viewer, fileId).catch((error: unknown) => {
      if (error instanceof Problem && error.code === "not_found") notFound();
      throw error;
    });
    const field = findField(review.file) ?? notFound();
    const { name, label, reasons, facts, validFor, validUntil, watermark } = field;
    return { viewer, review, field: { name, label, reasons, facts, validFor, validUntil, watermark } };
  },
);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { review, field } = await loadDocument((await params).fileId);
  return { title: `${review.member.name}: ${field.label}` };
}

export default async function DocumentPage({ params }: Props) {
  const { fileId } = await params;
  const { viewer, review, field } = await loadDocument(fileId);
  const now = clock.now();
  return (
    <DocumentReview
      key={fileId}
      review={review}
      field={field}
      now={now.toISOString()}
      organisationDay={dayOf(now, appContext().timeZone)}
      queueSidebar={
        <Suspense fallback={<Skeleton className="h-11 w-32" />}>
          <QueueSidebar viewer={viewer} fileId={fileId} now={now} />
        </Suspense>
      }
      history={
        <>
          <DecisionHistory decisions={review.decisions} field={field} />
          <Suspense fallback={<Skeleton className="h-24 w-full" />}>
            <AccessSummarySection viewer={viewer} fileId={fileId} />
          </Suspense>
        </>
      }
    />
  );
}

async function AccessSummarySection({ viewer, fileId }: { viewer: Viewer; fileId: string }) {
  return <AccessSummary fileId={fileId} firstPage={await listAccesses(appContext(), viewer, fileId)} />;
}
