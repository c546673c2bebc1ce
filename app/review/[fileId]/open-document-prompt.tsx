"use client";

import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { DocumentIcon, PaperCard } from "@/app/_ui/paper-card";
import type { Review } from "@/lib/review/review";
import type { ClaimStatus } from "./claim-status";

/** Asks before the document is opened, because the access is logged. */
export function OpenDocumentPrompt({
  review: { file },
  claimStatus,
  onOpen,
}: {
  review: Review;
  claimStatus: ClaimStatus;
  onOpen: () => void;
}) {
  if (file.purgedAt) {
    return (
      <ClosedDocument title="This document was deleted">
        <p>
          {file.status === "withdrawn"
            ? "The member withdrew it, and the file was permanently deleted."
            : "The file was permanently deleted under its retention policy."}{" "}
          The record and the decisions stay.
        </p>
      </ClosedDocument>
    );
  }
  if (claimStatus === "own") {
    return (
      <ClosedDocument title="This is your own document">
        <p>
          You cannot decide on your own document. Another reviewer decides. You see the result on your
          documents page.
        </p>
      </ClosedDocument>
    );
  }
  return (
    <ClosedDocument title="Opening this document is logged">
      <p>The access log shows your name and the time. The member can read it.</p>
      <Button onClick={onOpen} className="mt-4">
        <Icon name="eye" />
        {claimStatus === "unclaimed" ? "Open without claiming" : "Open document"}
      </Button>
    </ClosedDocument>
  );
}

function ClosedDocument({ title, children }: { title: string; children: ReactNode }) {
  return (
    <PaperCard className="grid min-h-72 place-items-center p-6 lg:min-h-[32rem]">
      <div className="grid justify-items-start gap-3">
        <DocumentIcon />
        <h2 className="font-serif text-lg">{title}</h2>
        <div className="max-w-prose text-muted">{children}</div>
      </div>
    </PaperCard>
  );
}
