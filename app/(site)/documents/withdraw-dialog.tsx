"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { flushSync } from "react-dom";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { callApi, problemOf } from "@/app/_ui/call-api";
import { Dialog } from "@/app/_ui/dialog";
import { Notice } from "@/app/_ui/notice";

export type WithdrawTarget = {
  fileId: string;
  fileName: string;
  /** Id of the section's heading, which takes the focus after the withdrawal. */
  headingId: string;
  isApproved: boolean;
};

/** Asks for confirmation, because the server deletes the file and cannot restore it. */
export function WithdrawDialog({
  fileId,
  fileName,
  headingId,
  isApproved,
  open,
  onClose,
}: WithdrawTarget & { open: boolean; onClose: () => void }) {
  const router = useRouter();
  const [pending, setPending] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);

  async function withdraw() {
    if (pending) return;
    setPending(true);
    setErrorMessage(null);
    const response = await callApi("DELETE", `/api/files/${fileId}`);
    setPending(false);
    if (response.status !== 204) {
      const { code, detail } = problemOf(response);
      setErrorMessage(detail);
      // The file may be withdrawn although its bytes are not deleted yet.
      if (code !== "other_person") router.refresh();
      return;
    }
    // Closing first: the dialog returns the focus to its button, which is then removed.
    flushSync(onClose);
    document.getElementById(headingId)?.focus();
    announce(`${fileName}: withdrawn`);
    router.refresh();
  }

  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={
        <>
          Withdraw <bdi>{fileName}</bdi>?
        </>
      }
      actions={
        <>
          <Button onClick={onClose}>Keep document</Button>
          <Button variant="danger" pending={pending} pendingLabel="Withdrawing…" onClick={withdraw}>
            Withdraw and delete
          </Button>
        </>
      }
    >
      <div className="grid gap-3">
        {errorMessage ? (
          <Notice tone="danger" title="Your change was not saved" live>
            {errorMessage}
          </Notice>
        ) : null}
        <p className="wrap-anywhere">
          The file is permanently deleted at once. You cannot restore it.
          {isApproved ? " Its approval ends too. You must upload a new copy." : ""}
        </p>
        <p>We keep a record of the document, of the decisions, and of everyone who opened it.</p>
      </div>
    </Dialog>
  );
}
