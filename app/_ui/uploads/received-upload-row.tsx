"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useState } from "react";
import { announce } from "../announce";
import { Button } from "../button";
import { Icon } from "../icons";
import { Progress } from "../progress";
import { VisuallyHidden } from "../visually-hidden";
import { completeInterruptedUpload } from "./interrupted-upload";
import type { UnfinishedUpload } from "./unfinished-uploads";
import { browserUploadContext } from "./upload-context";
import { UploadErrorRow } from "./upload-error-row";
import type { UploadProblem } from "./upload-state";
import { describeState } from "./upload-text";

/**
 * Completes an upload of an earlier page whose bytes are all in the store. Needs no file.
 * The field's name is the id of its heading.
 */
export function ReceivedUploadRow({
  record: { id, name, size, field },
  onStale,
}: {
  record: UnfinishedUpload;
  onStale: () => void;
}) {
  const router = useRouter();
  const [problem, setProblem] = useState<UploadProblem | null>(null);

  const start = useCallback(() => {
    const run = new AbortController();
    const complete = async () => {
      const result = await completeInterruptedUpload(browserUploadContext, id, run.signal);
      if (result === "stale") return onStale();
      if (result === "completed") {
        announce(`${name}: uploaded`);
        router.refresh();
      } else {
        announce(`${name}: not uploaded yet. ${result.detail}`);
        setProblem(result);
      }
    };
    // Rejects only after the row has unmounted.
    complete().catch(() => undefined);
    return () => run.abort();
  }, [id, name, onStale, router]);
  useEffect(start, [start]);

  function retry() {
    setProblem(null);
    // The focused button disappears with the error.
    document.getElementById(field)?.focus();
    start();
  }

  if (problem)
    return (
      <UploadErrorRow name={name} detail={problem.detail}>
        <Button onClick={retry}>
          <Icon name="again" />
          Try again
          <VisuallyHidden>
            {" "}
            with <bdi>{name}</bdi>
          </VisuallyHidden>
        </Button>
      </UploadErrorRow>
    );
  return (
    <div className="grid gap-1">
      <p dir="auto" className="font-bold wrap-anywhere">
        {name}
      </p>
      <Progress label={name} value={1} detail={describeState({ name: "checking" }, size)} />
    </div>
  );
}
