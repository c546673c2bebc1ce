"use client";

import { useRouter } from "next/navigation";
import { DropArea } from "@/app/_ui/uploads/drop-area";
import { FilePickers } from "@/app/_ui/uploads/file-picker";
import type { UploadField } from "@/app/_ui/uploads/file-validation";
import { UnfinishedUploadList } from "@/app/_ui/uploads/unfinished-upload-list";
import { UploadList } from "@/app/_ui/uploads/upload-list";
import { useUploads } from "@/app/_ui/uploads/use-uploads";

/** The upload control of one document type. Its errors do not affect the other controls. */
export function UploadControl({
  field,
  owner,
  limits,
  buttonLabel,
}: {
  field: UploadField;
  /** Id of the member. */
  owner: string;
  limits: string;
  /** Replaces "Choose a file". */
  buttonLabel?: string;
}) {
  const router = useRouter();
  const { uploads, rejectedFiles, add, remove, preload } = useUploads(field, owner, () => router.refresh());
  const hasErrors =
    rejectedFiles.length > 0 ||
    uploads.some(({ state }) => state.name === "failed" || state.name === "refused");
  const limitsId = `${field.name}-limits`;
  const listId = `${field.name}-uploads`;
  return (
    <DropArea label={`Upload ${field.label}`} onFiles={add} onDragEnter={preload}>
      <div className="grid gap-4">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <FilePickers
            field={field}
            buttonLabel={buttonLabel}
            describedBy={hasErrors ? `${limitsId} ${listId}` : limitsId}
            invalid={hasErrors}
            onFiles={add}
            onOpen={preload}
          />
          <p className="hidden text-sm text-muted pointer-fine:block">
            or drop {field.many ? "them" : "it"} here
          </p>
        </div>
        <p id={limitsId} className="text-sm text-muted">
          {limits}
          {field.many ? ", several at once" : ""}.
        </p>
        <UnfinishedUploadList field={field} owner={owner} isSending={uploads.length > 0} onFiles={add} />
        <UploadList id={listId} uploads={uploads} rejectedFiles={rejectedFiles} onRemove={remove} />
      </div>
    </DropArea>
  );
}
