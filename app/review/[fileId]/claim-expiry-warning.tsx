"use client";

import { useEffect, useRef } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { claimPhaseOf } from "../countdown";
import { KeyHint } from "../key-hint";
import { Toast, ToastPortal } from "../toasts";

/** Warns in the last minute of a claim and offers to extend it. */
export function ClaimExpiryWarning({
  secondsLeft,
  pending,
  onExtend,
}: {
  secondsLeft: number;
  pending: boolean;
  onExtend: () => void;
}) {
  const isEnding = claimPhaseOf(secondsLeft) === "ending";
  const latestSeconds = useRef(secondsLeft);
  useEffect(() => {
    if (!isEnding) return;
    announce(
      `Your claim on this document expires in ${latestSeconds.current} seconds. Press E or “Extend claim”.`,
    );
  }, [isEnding]);
  latestSeconds.current = secondsLeft;
  if (!isEnding) return null;
  return (
    <ToastPortal>
      <Toast
        icon="clock"
        action={
          <Button onClick={onExtend} pending={pending} aria-keyshortcuts="e">
            Extend claim
            <KeyHint action="extend" />
          </Button>
        }
      >
        Your claim<span className="max-sm:sr-only"> on this document</span> expires in{" "}
        <span className="tabular">{secondsLeft} s</span>.
        <span className="max-sm:sr-only"> Your text is saved in any case.</span>
      </Toast>
    </ToastPortal>
  );
}
