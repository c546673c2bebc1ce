"use client";

import dynamic from "next/dynamic";
import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";

// Without `ssr: false` it would suspend the page around it, and take focus away.
const AccessRegister = dynamic(() => import("./access-register").then((module) => module.AccessRegister), {
  ssr: false,
});

/** Opens the register of one document. */
export function SeenBy({ fileId, fileName, words }: { fileId: string; fileName: string; words: string }) {
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
        <Icon name="eye" />
        {words}
        <VisuallyHidden>: {fileName}</VisuallyHidden>
      </Button>
      {asked ? (
        <AccessRegister fileId={fileId} fileName={fileName} open={open} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}
