"use client";

import { useRouter } from "next/navigation";
import { useCallback, useState } from "react";
import { DropArea } from "@/app/_ui/uploads/drop-area";
import { FilePickers } from "@/app/_ui/uploads/file-picker";
import type { UploadField } from "@/app/_ui/uploads/file-validation";
import type { ValidFile } from "@/app/_ui/uploads/send-files";
import { UnfinishedUploadList } from "@/app/_ui/uploads/unfinished-upload-list";
import { UploadList } from "@/app/_ui/uploads/upload-list";
import { useUploads } from "@/app/_ui/uploads/use-uploads";
import { useLazyComponent } from "@/app/_ui/use-lazy-component";
import type { Replacement } from "./replacement";

const loadReplaceDialog = () => import("./replace-dialog").then((module) => module.ReplaceDialog);

/** The upload control of one document type. Its errors do not affect the other controls. */
export function UploadControl({
  field,
  owner,
  limits,
  replacement,
}: {
  field: UploadField;
  /** Id of the member. */
  owner: string;
  limits: string;
  /** What a new file replaces. */
  replacement: Replacement | null;
}) {
  const router = useRouter();
  const { uploads, rejectedFiles, check, send, remove, preload } = useUploads(field, owner, () =>
    router.refresh(),
  );
  const [waitingFiles, setWaitingFiles] = useState<readonly ValidFile[] | null>(null);
  const { component: ReplaceDialog, errorMessage, load: loadDialog } = useLazyComponent(loadReplaceDialog);
  const mustAsk = replacement?.question !== undefined;
  const add = useCallback(
    async (files: readonly File[]) => {
      const valid = await check(files);
      if (valid.length === 0) return;
      if (!mustAsk) return send(valid);
      setWaitingFiles(valid);
      loadDialog();
    },
    [check, send, mustAsk, loadDialog],
  );
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
            buttonLabel={replacement ? "Choose a new copy" : undefined}
            describedBy={hasErrors ? `${limitsId} ${listId}` : limitsId}
            invalid={hasErrors}
            onFiles={add}
            onOpen={preload}
          />
          <p className="hidden text-sm text-muted pointer-fine:block">
            or drop {field.many ? "them" : "it"} here
          </p>
        </div>
        <div id={limitsId} className="grid max-w-prose gap-1 text-sm text-muted">
          {replacement ? <p className="wrap-anywhere">{replacement.note}</p> : null}
          <p>
            {limits}
            {field.many ? ", several at once" : ""}.
          </p>
        </div>
        <UnfinishedUploadList field={field} owner={owner} isSending={uploads.length > 0} onFiles={add} />
        <UploadList id={listId} uploads={uploads} rejectedFiles={rejectedFiles} onRemove={remove} />
        {errorMessage ? <p className="text-refused">{errorMessage}</p> : null}
      </div>
      {ReplaceDialog && waitingFiles && replacement?.question ? (
        <ReplaceDialog
          question={replacement.question}
          fileName={waitingFiles[0]?.file.name ?? ""}
          onClose={() => setWaitingFiles(null)}
          onConfirm={() => {
            setWaitingFiles(null);
            void send(waitingFiles);
          }}
        />
      ) : null}
    </DropArea>
  );
}
