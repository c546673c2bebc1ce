"use client";

import { Button } from "@/app/_ui/button";
import { useDesk } from "./desk";
import { KeyHint } from "./key-hint";

export function ShowKeys() {
  const { showKeys } = useDesk();
  return (
    <Button variant="plain" onClick={showKeys} aria-keyshortcuts="?">
      Keys
      <KeyHint action="keys" />
    </Button>
  );
}
