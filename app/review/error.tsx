"use client";

import { PageError, type PageErrorProps } from "@/app/_ui/page-error";

/** The error page of the review queue. */
export default function ReviewPageError(props: PageErrorProps) {
  return (
    <PageError
      {...props}
      title="The review queue could not be loaded"
      detail="No decision was lost, and your text is saved in this tab. Wait a moment and try again."
    />
  );
}
