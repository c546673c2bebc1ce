"use client";

import { useSyncExternalStore } from "react";
import { Button } from "../button";
import { Icon } from "../icons";
import { Progress } from "../progress";
import { VisuallyHidden } from "../visually-hidden";
import type { Upload } from "./upload";
import { UploadErrorRow } from "./upload-error-row";
import { canCancel, canPause, isActive } from "./upload-state";
import { describeState, fractionOf } from "./upload-text";
import { useFocusFallback } from "./use-focus-fallback";

/** Shows one upload: its progress and its actions. */
export function UploadRow({ upload, onRemove }: { upload: Upload; onRemove: () => void }) {
  const row = useFocusFallback<HTMLDivElement>();
  function retry() {
    // The focused button disappears with the error.
    row.current?.focus();
    upload.retry();
  }
  return (
    <div ref={row} tabIndex={-1}>
      <UploadRowContent upload={upload} onRetry={retry} onRemove={onRemove} />
    </div>
  );
}

function UploadRowContent({
  upload,
  onRetry,
  onRemove,
}: {
  upload: Upload;
  onRetry: () => void;
  onRemove: () => void;
}) {
  const state = useSyncExternalStore(upload.subscribe, upload.getState, upload.getState);
  const { name, file } = upload.request;
  if (!isActive(state)) {
    return (
      <UploadErrorRow name={name} detail={describeState(state, file.size)}>
        {state.name === "failed" ? (
          <Button onClick={onRetry}>
            <Icon name="again" />
            Try again
            <VisuallyHidden>
              {" "}
              with <bdi>{name}</bdi>
            </VisuallyHidden>
          </Button>
        ) : null}
        <Button variant="plain" onClick={onRemove}>
          Dismiss
          <VisuallyHidden>
            {" "}
            <bdi>{name}</bdi>
          </VisuallyHidden>
        </Button>
      </UploadErrorRow>
    );
  }
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-1">
      <div className="grid min-w-60 flex-1 gap-1">
        <p dir="auto" className="font-bold wrap-anywhere">
          {name}
        </p>
        <Progress
          label={name}
          value={fractionOf(state, file.size)}
          detail={describeState(state, file.size)}
        />
      </div>
      <div className="flex flex-wrap">
        {canPause(state) || state.name === "paused" ? (
          // One button for both actions, so that it keeps the focus.
          <Button
            variant="plain"
            onClick={() => (state.name === "paused" ? upload.resume() : upload.pause())}
          >
            {state.name === "paused" ? "Resume" : "Pause"}
            <VisuallyHidden>
              {" "}
              <bdi>{name}</bdi>
            </VisuallyHidden>
          </Button>
        ) : null}
        {canCancel(state) ? (
          <Button variant="plain" onClick={() => upload.cancel()}>
            Cancel
            <VisuallyHidden>
              {" "}
              <bdi>{name}</bdi>
            </VisuallyHidden>
          </Button>
        ) : null}
      </div>
    </div>
  );
}
