"use client";

import { Button } from "@/app/_ui/button";
import { KeyHint } from "./key-hint";
import { useReviewWorkspace } from "./review-workspace";

export function ShortcutsButton() {
  const { showShortcuts } = useReviewWorkspace();
  return (
    <Button variant="plain" onClick={showShortcuts} aria-keyshortcuts="?">
      Shortcuts
      <KeyHint action="keys" />
    </Button>
  );
}
