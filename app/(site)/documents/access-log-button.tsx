"use client";

import { useState } from "react";
import { Button } from "@/app/_ui/button";
import { Icon } from "@/app/_ui/icons";
import { useLazyComponent } from "@/app/_ui/use-lazy-component";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";

const loadAccessLog = () => import("./access-log").then((module) => module.AccessLog);

/** Opens the access log of one document. */
export function AccessLogButton({
  fileId,
  fileName,
  label,
}: {
  fileId: string;
  fileName: string;
  label: string;
}) {
  const [open, setOpen] = useState(false);
  const { component: AccessLog, errorMessage, load } = useLazyComponent(loadAccessLog);
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
        <Icon name="eye" />
        {label}
        <VisuallyHidden>
          : <bdi>{fileName}</bdi>
        </VisuallyHidden>
      </Button>
      {errorMessage ? <p className="text-refused">{errorMessage}</p> : null}
      {AccessLog ? (
        <AccessLog fileId={fileId} fileName={fileName} open={open} onClose={() => setOpen(false)} />
      ) : null}
    </>
  );
}
