"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { flushSync } from "react-dom";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Dialog } from "@/app/_ui/dialog";
import { Notice } from "@/app/_ui/notice";
import type { WithdrawTarget } from "./withdraw-button";

/** Says what withdrawing does before it is done: the bytes do not come back. */
export function WithdrawDialog({
  fileId,
  fileName,
  headingId: heading,
  isApproved: approved,
  open,
  onClose,
}: WithdrawTarget & { open: boolean; onClose: () => void }) {
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const [trouble, setTrouble] = useState<string | null>(null);

  async function withdraw() {
    if (pending) return;
    setPending(true);
    setTrouble(null);
    const answer = await callApi("DELETE", `/api/files/${fileId}`);
    setPending(false);
    if (answer.status !== 204) {
      setTrouble(problemOf(answer).detail);
      // It may be withdrawn all the same, with its bytes still to go.
      router.refresh();
      return;
    }
    // Closed first: a dialog that closes gives focus back to its button, which goes with the document.
    flushSync(onClose);
    document.getElementById(heading)?.focus();
    announce(`${fileName} is withdrawn`);
    router.refresh();
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={`Withdraw ${fileName}?`}
      actions={
        <>
          <Button onClick={onClose}>Keep it</Button>
          <Button variant="danger" pending={pending} pendingLabel="Withdrawing…" onClick={withdraw}>
            Withdraw and destroy
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {trouble ? (
          <Notice tone="danger" title="That did not go through" live>
            {trouble}
          </Notice>
        ) : null}
        <p className="wrap-anywhere">
          The file is destroyed at once and cannot be brought back.
          {approved ? " Its approval ends with it, and you will have to send a new copy." : ""}
        </p>
        <p>What stays on record is that it was here, what was decided, and who has looked at it.</p>
      </div>
    </Dialog>
  );
}
