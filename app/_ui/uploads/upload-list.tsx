"use client";

import { useEffect } from "react";
import { useLazyComponent } from "../use-lazy-component";
import type { Upload } from "./upload";
import { UploadErrorRow } from "./upload-error-row";
import type { RejectedFile } from "./use-uploads";

const loadRow = () => import("./upload-row").then((module) => module.UploadRow);

/** Lists the rejected files and the active uploads of a control, which it describes by `id`. */
export function UploadList({
  id,
  uploads,
  rejectedFiles,
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
    // Without an accessible name: it would replace the content as the control's description.
    <ul id={id} className="grid gap-3 empty:hidden">
      {rejectedFiles.map(({ id: key, name, problem }) => (
        <li key={key} className="min-w-0">
          <UploadErrorRow name={name} detail={problem.detail} />
        </li>
      ))}
      {uploads.map((upload) => (
        <li key={upload.id} className="min-w-0">
          {UploadRow ? (
            <UploadRow upload={upload} onRemove={() => onRemove(upload)} />
          ) : (
            <p dir="auto" className="font-bold wrap-anywhere">
              {upload.request.name}
            </p>
          )}
        </li>
      ))}
    </ul>
  );
}
