"use client";

import { type ReactNode, useSyncExternalStore } from "react";
import { Button } from "../button";
import { Icon } from "../icons";
import { Progress } from "../progress";
import { VisuallyHidden } from "../visually-hidden";
import type { Upload } from "./upload";
import { canCancel, canPause, isActive } from "./upload-state";
import { detailOf, fractionOf } from "./upload-words";
import type { Stopped } from "./use-uploads";

/** What is on its way and what could not go, each with its name. `id` is what the control is described by. */
export function UploadList({
  id,
  uploads,
  stopped,
  onRemove,
}: {
  id: string;
  uploads: readonly Upload[];
  stopped: readonly Stopped[];
  onRemove: (upload: Upload) => void;
}) {
  return (
    // Without a name of its own, which would be read as the control's description in place of what the list says.
    <ul id={id} className="grid gap-3 empty:hidden">
      {stopped.map(({ id: key, name, problem }) => (
        <li key={key} className="min-w-0">
          <Trouble name={name} detail={problem.detail} />
        </li>
      ))}
      {uploads.map((upload) => (
        <li key={upload.id} className="min-w-0">
          <UploadRow upload={upload} onRemove={() => onRemove(upload)} />
        </li>
      ))}
    </ul>
  );
}

function UploadRow({ upload, onRemove }: { upload: Upload; onRemove: () => void }) {
  const state = useSyncExternalStore(upload.subscribe, upload.getState, upload.getState);
  const { name, file } = upload.request;
  if (!isActive(state)) {
    return (
      <Trouble name={name} detail={detailOf(state, file.size)}>
        {state.name === "failed" ? (
          <Button onClick={() => upload.retry()}>
            <Icon name="again" />
            Try again<VisuallyHidden> with {name}</VisuallyHidden>
          </Button>
        ) : null}
        <Button variant="plain" onClick={onRemove}>
          Dismiss<VisuallyHidden> {name}</VisuallyHidden>
        </Button>
      </Trouble>
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

function Trouble({ name, detail, children }: { name: string; detail: string; children?: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-end gap-x-4 gap-y-2">
      <div className="flex min-w-60 flex-1 gap-1.5 text-refused">
        <Icon name="alert" className="mt-0.5 size-5" />
        <p className="min-w-0 max-w-prose">
          <span className="font-bold wrap-anywhere">{name}</span>
          <span className="block">{detail}</span>
        </p>
      </div>
      {children ? <div className="flex flex-wrap gap-2">{children}</div> : null}
    </div>
  );
}
