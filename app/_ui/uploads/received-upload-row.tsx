"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useState } from "react";
import { announce } from "../announce";
import { Button } from "../button";
import { Icon } from "../icons";
import { Progress } from "../progress";
import { VisuallyHidden } from "../visually-hidden";
import { completeInterruptedUpload } from "./interrupted-upload";
import { browserUploadContext } from "./upload-context";
import type { UnfinishedUpload } from "./unfinished-uploads";
import type { UploadProblem } from "./upload-state";
import { UploadErrorRow } from "./upload-error-row";
import { describeState } from "./upload-text";

/** All of it had arrived when its page was left: it is completed from here, without the file. The field's name is the id of its heading. */
export function ReceivedUploadRow({
  record: { id, name, size, field },
  onStale: onMoved,
}: {
  record: UnfinishedUpload;
  onStale: () => void;
}) {
  const router = useRouter();
  const [problem, setProblem] = useState<UploadProblem | null>(null);

  const begin = useCallback(() => {
    const run = new AbortController();
    const complete = async () => {
      const end = await completeInterruptedUpload(browserUploadContext, id, run.signal);
      if (end === "moved") return onMoved();
      announce(end === "in" ? `${name} is in` : `${name} is not in yet. ${end.detail}`);
      if (end === "in") router.refresh();
      else setProblem(end);
    };
    // It rejects only where the row has gone.
    complete().catch(() => undefined);
    return () => run.abort();
  }, [id, name, onMoved, router]);
  useEffect(begin, [begin]);

  function again() {
    setProblem(null);
    // With the trouble goes the button that has the focus.
    document.getElementById(field)?.focus();
    begin();
  }

  if (problem)
    return (
      <UploadErrorRow name={name} detail={problem.detail}>
        <Button onClick={again}>
          <Icon name="again" />
          Try again<VisuallyHidden> with {name}</VisuallyHidden>
        </Button>
      </UploadErrorRow>
    );
  return (
    <div className="grid gap-1">
      <p className="font-bold wrap-anywhere">{name}</p>
      <Progress label={name} value={1} detail={describeState({ name: "checking" }, size)} />
    </div>
  );
}
