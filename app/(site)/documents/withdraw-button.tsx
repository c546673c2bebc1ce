"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { useLazyComponent } from "@/app/_ui/use-lazy-component";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";
import type { WithdrawTarget } from "./withdraw-dialog";

const loadWithdrawDialog = () => import("./withdraw-dialog").then((module) => module.WithdrawDialog);

/** Opens the dialog that withdraws a document. */
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
        Withdraw
        <VisuallyHidden>
          {" "}
          <bdi>{document.fileName}</bdi>
        </VisuallyHidden>
      </Button>
      {errorMessage ? <p className="text-refused">{errorMessage}</p> : null}
      {WithdrawDialog ? <WithdrawDialog {...document} open={open} onClose={() => setOpen(false)} /> : null}
    </>
  );
}
