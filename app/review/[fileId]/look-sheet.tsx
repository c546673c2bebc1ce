"use client";

import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { Sheet, SheetIcon } from "@/app/_ui/sheet";
import type { Review } from "@/lib/review/review";
import type { Standing } from "./standing";

/** The document face down: opening it is on the register, so it takes a press. */
export function LookSheet({
  review: { file },
  standing,
  onLook,
}: {
  review: Review;
  standing: Standing;
  onLook: () => void;
}) {
  if (file.purgedAt) {
    return (
      <FaceDown title="This document has been destroyed">
        <p>
          {file.status === "withdrawn"
            ? "The member withdrew it, and the file was permanently deleted."
            : "The file was permanently deleted under its retention policy."}{" "}
          The record and the decisions stay.
        </p>
      </FaceDown>
    );
  }
  if (standing === "own") {
    return (
      <FaceDown title="This is your own document">
        <p>
          You cannot decide on your own document. Another reviewer decides. You see the result on your
          documents page.
        </p>
      </FaceDown>
    );
  }
  return (
    <FaceDown title="Closed until you open it">
      <p>Opening it puts your name and the time on the register, which the member can read.</p>
      <Button onClick={onLook} className="mt-4">
        <Icon name="eye" />
        {standing === "free" ? "Look without claiming" : "Look at the document"}
      </Button>
    </FaceDown>
  );
}

function FaceDown({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Sheet className="grid min-h-72 place-items-center p-6 lg:min-h-[32rem]">
      <div className="grid justify-items-start gap-3">
        <SheetIcon />
        <h2 className="font-serif text-lg">{title}</h2>
        <div className="max-w-prose text-muted">{children}</div>
      </div>
    </Sheet>
  );
}
