"use client";

import { useRouter } from "next/navigation";
import { useCallback, useEffect, useState } from "react";
import { announce } from "../announce";
import { Button } from "../button";
import { Icon } from "../icons";
import { Progress } from "../progress";
import { VisuallyHidden } from "../visually-hidden";
import { finish } from "./interrupted";
import { browserTools } from "./tools";
import type { Unfinished } from "./unfinished";
import type { UploadProblem } from "./upload-state";
import { UploadTrouble } from "./upload-trouble";
import { detailOf } from "./upload-words";

/** All of it had arrived when its page was left: it is completed from here, without the file. The field's name is the id of its heading. */
export function ArrivedRow({
  record: { id, name, size, field },
  onMoved,
}: {
  record: Unfinished;
  onMoved: () => void;
}) {
  const router = useRouter();
  const [problem, setProblem] = useState<UploadProblem | null>(null);

  const begin = useCallback(() => {
    const run = new AbortController();
    const complete = async () => {
      const end = await finish(browserTools, id, run.signal);
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
      <UploadTrouble name={name} detail={problem.detail}>
        <Button onClick={again}>
          <Icon name="again" />
          Try again<VisuallyHidden> with {name}</VisuallyHidden>
        </Button>
      </UploadTrouble>
    );
  return (
    <div className="grid gap-1">
      <p className="font-bold wrap-anywhere">{name}</p>
      <Progress label={name} value={1} detail={detailOf({ name: "checking" }, size)} />
    </div>
  );
}
