import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { cache, Suspense } from "react";
import { requireReviewer } from "@/app/_server/current-viewer";
import { clock, deps } from "@/app/_server/services";
import { Skeleton } from "@/app/_ui/skeleton";
import type { Viewer } from "@/lib/accounts/viewer";
import { Problem } from "@/lib/errors";
import { fieldOf } from "@/lib/files/file";
import { accesses } from "@/lib/register/access";
import { findReview, type Review } from "@/lib/review/review";
import type { DeskField } from "./decision-request";
import { DecisionsSoFar } from "./decisions-so-far";
import { DocumentDesk } from "./document-desk";
import { QueueStrip } from "./queue-strip";
import { SeenBy } from "./seen-by";

type Props = { params: Promise<{ fileId: string }> };

/** What lies on this person's desk under that id; for everybody else there is nothing there, whatever there is. */
const documentOf = cache(
  async (fileId: string): Promise<{ viewer: Viewer; review: Review; field: DeskField }> => {
    const viewer = await requireReviewer(`/review/${fileId}`);
    const review = await findReview(deps(), viewer, fileId).catch((thrown: unknown) => {
      if (thrown instanceof Problem && thrown.code === "not_found") notFound();
      throw thrown;
    });
    const field = fieldOf(review.file) ?? notFound();
    const { name, label, reasons, facts, validFor, watermark } = field;
    return { viewer, review, field: { name, label, reasons, facts, validFor, watermark } };
  },
);

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { review, field } = await documentOf((await params).fileId);
  return { title: `${review.member.name}: ${field.label}` };
}

export default async function DocumentPage({ params }: Props) {
  const { fileId } = await params;
  const { viewer, review, field } = await documentOf(fileId);
  const now = clock.now();
  return (
    <DocumentDesk
      key={fileId}
      review={review}
      field={field}
      now={now.toISOString()}
      strip={
        <Suspense fallback={<Skeleton className="h-11 w-32" />}>
          <QueueStrip viewer={viewer} fileId={fileId} now={now} />
        </Suspense>
      }
      record={
        <>
          <DecisionsSoFar decisions={review.decisions} field={field} />
          <Suspense fallback={<Skeleton className="h-24 w-full" />}>
            <Register viewer={viewer} fileId={fileId} />
          </Suspense>
        </>
      }
    />
  );
}

async function Register({ viewer, fileId }: { viewer: Viewer; fileId: string }) {
  return <SeenBy fileId={fileId} first={await accesses(deps(), viewer, fileId)} />;
}
