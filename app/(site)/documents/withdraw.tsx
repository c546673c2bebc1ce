"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { useOnDemand } from "@/app/_ui/use-on-demand";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";

const loadDialog = () => import("./withdraw-dialog").then((module) => module.WithdrawDialog);

export type Withdrawable = {
  fileId: string;
  fileName: string;
  /** Id of the section's heading, where focus goes when the document has left its place. */
  heading: string;
  approved: boolean;
};

export function Withdraw(document: Withdrawable) {
  const [open, setOpen] = useState(false);
  const { component: WithdrawDialog, trouble, fetch } = useOnDemand(loadDialog);
  return (
    <>
      <Button
        variant="plain"
        className="px-3"
        aria-haspopup="dialog"
        onClick={() => {
          fetch();
          setOpen(true);
        }}
      >
        <Icon name="trash" />
        Withdraw<VisuallyHidden> {document.fileName}</VisuallyHidden>
      </Button>
      {trouble ? <p className="text-refused">{trouble}</p> : null}
      {WithdrawDialog ? <WithdrawDialog {...document} open={open} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
