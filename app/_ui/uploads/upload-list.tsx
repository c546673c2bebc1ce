"use client";

import { useEffect } from "react";
import { useLazyComponent } from "../use-lazy-component";
import type { Upload } from "./upload";
import { UploadErrorRow } from "./upload-error-row";
import type { RejectedFile } from "./use-uploads";

const loadRow = () => import("./upload-row").then((module) => module.UploadRow);

/** What is on its way and what could not go, each with its name. `id` is what the control is described by. */
export function UploadList({
  id,
  uploads,
  rejectedFiles: stopped,
  onRemove,
}: {
  id: string;
  uploads: readonly Upload[];
  rejectedFiles: readonly RejectedFile[];
  onRemove: (upload: Upload) => void;
}) {
  const { component: UploadRow, load } = useLazyComponent(loadRow);
  const hasUploads = uploads.length > 0;
  useEffect(() => {
    if (hasUploads) load();
  }, [hasUploads, load]);
  return (
    // Without a name of its own, which would be read as the control's description in place of what the list says.
    <ul id={id} className="grid gap-3 empty:hidden">
      {stopped.map(({ id: key, name, problem }) => (
        <li key={key} className="min-w-0">
          <UploadErrorRow name={name} detail={problem.detail} />
        </li>
      ))}
      {uploads.map((upload) => (
        <li key={upload.id} className="min-w-0">
          {UploadRow ? (
            <UploadRow upload={upload} onRemove={() => onRemove(upload)} />
          ) : (
            <p className="font-bold wrap-anywhere">{upload.request.name}</p>
          )}
        </li>
      ))}
    </ul>
  );
}
