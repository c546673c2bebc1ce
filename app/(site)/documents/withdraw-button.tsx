"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { useLazyComponent } from "@/app/_ui/use-lazy-component";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";

const loadWithdrawDialog = () => import("./withdraw-dialog").then((module) => module.WithdrawDialog);

export type WithdrawTarget = {
  fileId: string;
  fileName: string;
  /** Id of the section's heading, which takes the focus after the withdrawal. */
  headingId: string;
  isApproved: boolean;
};

export function WithdrawButton(document: WithdrawTarget) {
  const [open, setOpen] = useState(false);
  const { component: WithdrawDialog, errorMessage, load } = useLazyComponent(loadWithdrawDialog);
  return (
    <>
      <Button
        variant="plain"
        className="px-3"
        aria-haspopup="dialog"
        onClick={() => {
          load();
          setOpen(true);
        }}
      >
        <Icon name="trash" />
        Withdraw<VisuallyHidden> {document.fileName}</VisuallyHidden>
      </Button>
      {errorMessage ? <p className="text-refused">{errorMessage}</p> : null}
      {WithdrawDialog ? <WithdrawDialog {...document} open={open} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
