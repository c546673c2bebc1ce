"use client";

import { useRouter } from "next/navigation";
import type { UploadField } from "@/app/_ui/uploads/chosen-file";
import { DropArea } from "@/app/_ui/uploads/drop-area";
import { FilePickers } from "@/app/_ui/uploads/file-picker";
import { UnfinishedList } from "@/app/_ui/uploads/unfinished-list";
import { UploadList } from "@/app/_ui/uploads/upload-list";
import { useUploads } from "@/app/_ui/uploads/use-uploads";

/** The way to hand one kind of paper in. Its troubles are its own: what another control accepted stays. */
export function UploadControl({
  field,
  owner,
  limits,
  words,
}: {
  field: UploadField;
  /** Id of the member. */
  owner: string;
  limits: string;
  /** Other than "Choose a file". */
  words?: string;
}) {
  const router = useRouter();
  const { uploads, stopped, add, remove, prepare } = useUploads(field, owner, () => router.refresh());
  const troubled =
    stopped.length > 0 || uploads.some(({ state }) => state.name === "failed" || state.name === "refused");
  const limitsId = `${field.name}-limits`;
  const listId = `${field.name}-uploads`;
  return (
    <DropArea label={`Send ${field.label}`} onFiles={add} onOver={prepare}>
      <div className="grid gap-4">
        <div className="flex flex-wrap items-center gap-x-4 gap-y-2">
          <FilePickers
            field={field}
            words={words}
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
        <UnfinishedList field={field} owner={owner} sending={uploads.length > 0} onFiles={add} />
        <UploadList id={listId} uploads={uploads} stopped={stopped} onRemove={remove} />
      </div>
    </DropArea>
  );
}
