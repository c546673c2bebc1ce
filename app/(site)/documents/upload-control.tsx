"use client";

import { useRouter } from "next/navigation";
import type { UploadField } from "@/app/_ui/uploads/file-validation";
import { DropArea } from "@/app/_ui/uploads/drop-area";
import { FilePickers } from "@/app/_ui/uploads/file-picker";
import { UnfinishedUploadList } from "@/app/_ui/uploads/unfinished-upload-list";
import { UploadList } from "@/app/_ui/uploads/upload-list";
import { useUploads } from "@/app/_ui/uploads/use-uploads";

/** The way to hand one kind of paper in. Its troubles are its own: what another control accepted stays. */
export function UploadControl({
  field,
  owner,
  limits,
  buttonLabel: words,
}: {
  field: UploadField;
  /** Id of the member. */
  owner: string;
  limits: string;
  /** Other than "Choose a file". */
  buttonLabel?: string;
}) {
  const router = useRouter();
  const { uploads, stopped, add, remove, prepare } = useUploads(field, owner, () => router.refresh());
  const troubled =
    stopped.length > 0 || uploads.some(({ state }) => state.name === "failed" || state.name === "refused");
  const limitsId = `${field.name}-limits`;
  const listId = `${field.name}-uploads`;
  return (
    <DropArea label={`Send ${field.label}`} onFiles={add} onDragEnter={prepare}>
      <div className="grid gap-4">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <FilePickers
            field={field}
            buttonLabel={words}
            describedBy={troubled ? `${limitsId} ${listId}` : limitsId}
            invalid={troubled}
            onFiles={add}
            onOpen={prepare}
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
        <UploadList id={listId} uploads={uploads} rejectedFiles={stopped} onRemove={remove} />
      </div>
    </DropArea>
  );
}
