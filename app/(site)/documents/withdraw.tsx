"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";

// Without `ssr: false` it would suspend the page around it, and take focus away.
const WithdrawDialog = dynamic(() => import("./withdraw-dialog").then((module) => module.WithdrawDialog), {
  ssr: false,
});

export type Withdrawable = {
  fileId: string;
  fileName: string;
  /** Id of the section's heading, where focus goes when the document has left its place. */
  heading: string;
  approved: boolean;
};

export function Withdraw(document: Withdrawable) {
  const [asked, setAsked] = useState(false);
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        variant="plain"
        className="px-3"
        aria-haspopup="dialog"
        onClick={() => {
          setAsked(true);
          setOpen(true);
        }}
      >
        <Icon name="trash" />
        Withdraw<VisuallyHidden> {document.fileName}</VisuallyHidden>
      </Button>
      {asked ? <WithdrawDialog {...document} open={open} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
