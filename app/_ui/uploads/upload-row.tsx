"use client";

import { useSyncExternalStore } from "react";
import { Button } from "../button";
import { Icon } from "../icons";
import { Progress } from "../progress";
import { VisuallyHidden } from "../visually-hidden";
import type { Upload } from "./upload";
import { canCancel, canPause, isActive } from "./upload-state";
import { UploadTrouble } from "./upload-trouble";
import { detailOf, fractionOf } from "./upload-words";
import { useKeptFocus } from "./use-kept-focus";

/** One upload: how far it is, and what can be done about it. */
export function UploadRow({ upload, onRemove }: { upload: Upload; onRemove: () => void }) {
  const row = useKeptFocus<HTMLDivElement>();
  function again() {
    // The button goes with the trouble.
    row.current?.focus();
    upload.retry();
  }
  return (
    <div ref={row} tabIndex={-1}>
      <UploadStanding upload={upload} onAgain={again} onRemove={onRemove} />
    </div>
  );
}

function UploadStanding({
  upload,
  onAgain,
  onRemove,
}: {
  upload: Upload;
  onAgain: () => void;
  onRemove: () => void;
}) {
  const state = useSyncExternalStore(upload.subscribe, upload.getState, upload.getState);
  const { name, file } = upload.request;
  if (!isActive(state)) {
    return (
      <UploadTrouble name={name} detail={detailOf(state, file.size)}>
        {state.name === "failed" ? (
          <Button onClick={onAgain}>
            <Icon name="again" />
            Try again<VisuallyHidden> with {name}</VisuallyHidden>
          </Button>
        ) : null}
        <Button variant="plain" onClick={onRemove}>
          Dismiss<VisuallyHidden> {name}</VisuallyHidden>
        </Button>
      </UploadTrouble>
    );
  }
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-1">
      <div className="grid min-w-60 flex-1 gap-1">
        <p className="font-bold wrap-anywhere">{name}</p>
        <Progress label={name} value={fractionOf(state, file.size)} detail={detailOf(state, file.size)} />
      </div>
      <div className="flex flex-wrap">
        {canPause(state) || state.name === "paused" ? (
          // One button, so that whoever pressed it is still on it.
          <Button
            variant="plain"
            onClick={() => (state.name === "paused" ? upload.resume() : upload.pause())}
          >
            {state.name === "paused" ? "Go on" : "Pause"}
            <VisuallyHidden> {state.name === "paused" ? `with ${name}` : name}</VisuallyHidden>
          </Button>
        ) : null}
        {canCancel(state) ? (
          <Button variant="plain" onClick={() => upload.cancel()}>
            Cancel<VisuallyHidden> {name}</VisuallyHidden>
          </Button>
        ) : null}
      </div>
    </div>
  );
}
