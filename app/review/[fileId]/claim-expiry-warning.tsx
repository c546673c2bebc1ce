"use client";

import { useEffect, useRef } from "react";
import { announce } from "@/app/_ui/announce";
import { Button } from "@/app/_ui/button";
import { ToastPortal, Toast } from "../toasts";
import { claimPhaseOf } from "../countdown";
import { KeyHint } from "../key-hint";

/** In the last minute of a claim: what is left, and the one press that keeps it. */
export function ClaimExpiryWarning({
  secondsLeft: left,
  pending,
  onExtend,
}: {
  secondsLeft: number;
  pending: boolean;
  onExtend: () => void;
}) {
  const ending = claimPhaseOf(left) === "ending";
  const atStart = useRef(left);
  useEffect(() => {
    if (ending) {
      announce(
        `Your hold on this document ends in ${atStart.current} seconds. Press E, or “Keep it”, to keep it.`,
      );
    }
  }, [ending]);
  atStart.current = left;
  if (!ending) return null;
  return (
    <ToastPortal>
      <Toast
        icon="clock"
        action={
          <Button onClick={onExtend} pending={pending} aria-keyshortcuts="e">
            Keep it
            <KeyHint action="extend" />
          </Button>
        }
      >
        Your hold<span className="max-sm:sr-only"> on this document</span> ends in{" "}
        <span className="tabular">{left} s</span>.
        <span className="max-sm:sr-only"> What you wrote is kept either way.</span>
      </Toast>
    </ToastPortal>
  );
}
