"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { useOnDemand } from "@/app/_ui/use-on-demand";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";

const loadRegister = () => import("./access-register").then((module) => module.AccessRegister);

/** Opens the register of one document. */
export function SeenBy({ fileId, fileName, words }: { fileId: string; fileName: string; words: string }) {
  const [open, setOpen] = useState(false);
  const { component: AccessRegister, trouble, fetch } = useOnDemand(loadRegister);
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
        <Icon name="eye" />
        {words}
        <VisuallyHidden>: {fileName}</VisuallyHidden>
      </Button>
      {trouble ? <p className="text-refused">{trouble}</p> : null}
      {AccessRegister ? (
        <AccessRegister fileId={fileId} fileName={fileName} open={open} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}
