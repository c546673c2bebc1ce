"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { announce } from "../announce";
import { Button } from "../button";
import { buttonClass } from "../button-class";
import { Progress } from "../progress";
import { VisuallyHidden } from "../visually-hidden";
import { FileInput } from "./file-picker";
import type { UploadField } from "./file-validation";
import { discardUpload, type InterruptedUpload } from "./interrupted-upload";
import { ReceivedUploadRow } from "./received-upload-row";
import { isSameFile } from "./same-file";
import { browserUploadStore } from "./unfinished-uploads";
import { UploadErrorRow } from "./upload-error-row";
import { formatSentShare } from "./upload-text";
import { useUnfinishedUploads } from "./use-unfinished-uploads";

type WaitingUpload = Extract<InterruptedUpload, { status: "waiting" }>;
type RefusedUpload = Extract<InterruptedUpload, { status: "refused" }>;

/**
 * Lists the uploads of earlier pages. One resumes when the member chooses its file again, or
 * completes by itself if all its bytes are received. The field's name is the id of its heading.
 */
export function UnfinishedUploadRows({
  field,
  owner,
  onFiles,
}: {
  field: UploadField;
  owner: string;
  onFiles: (files: File[]) => void;
}) {
  const router = useRouter();
  const { interruptedUploads, refresh } = useUnfinishedUploads(owner, field.name, router.refresh);
  return (
    <ul aria-label={`${field.label}: unfinished uploads`} className="grid gap-4 empty:hidden">
      {interruptedUploads.map((record) => (
        <li key={record.id} className="min-w-0">
          <InterruptedRow record={record} field={field} onFiles={onFiles} onStale={refresh} />
        </li>
      ))}
    </ul>
  );
}

function InterruptedRow({
  record,
  field,
  onFiles,
  onStale,
}: {
  record: InterruptedUpload;
  field: UploadField;
  onFiles: (files: File[]) => void;
  onStale: () => void;
}) {
  if (record.status === "received") return <ReceivedUploadRow record={record} onStale={onStale} />;
  if (record.status === "refused") return <RefusedRow record={record} />;
  return <WaitingRow record={record} field={field} onFiles={onFiles} />;
}

/** Says why the server refused the file after the page was closed. */
function RefusedRow({ record: { id, name, field, problem } }: { record: RefusedUpload }) {
  function dismiss() {
    browserUploadStore.remove(id);
    document.getElementById(field)?.focus();
  }
  return (
    <UploadErrorRow name={name} detail={problem.detail}>
      <Button variant="plain" onClick={dismiss}>
        Dismiss
        <VisuallyHidden>
          {" "}
          <bdi>{name}</bdi>
        </VisuallyHidden>
      </Button>
    </UploadErrorRow>
  );
}

function WaitingRow({
  record,
  field,
  onFiles,
}: {
  record: WaitingUpload;
  field: UploadField;
  onFiles: (files: File[]) => void;
}) {
  const { id, name, size, receivedBytes } = record;
  const [otherFile, setOtherFile] = useState<File | null>(null);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const helpId = `${id}-help`;

  function choose([file]: File[]) {
    if (!file) return;
    if (isSameFile(record, file)) return send(file);
    setOtherFile(file);
    announce(describeOtherFile(record, file));
  }

  /** The focused control disappears with the row. */
  function send(file: File) {
    setOtherFile(null);
    document.getElementById(field.name)?.focus();
    onFiles([file]);
  }

  async function discard() {
    setPending(true);
    const error = await discardUpload(record);
    setPending(false);
    setErrorMessage(error);
    if (error === null) document.getElementById(field.name)?.focus();
    announce(error ?? `${name}: upload discarded`);
  }

  return (
    <div className="grid gap-2">
      <p dir="auto" className="font-bold wrap-anywhere">
        {name}
      </p>
      <Progress label={`${name}, unfinished upload`} value={(receivedBytes ?? 0) / size} />
      <p id={helpId} className="max-w-prose text-sm">
        {receivedBytes
          ? `Unfinished upload: ${formatSentShare(receivedBytes, size)} received.`
          : "Unfinished upload."}{" "}
        Choose the same file again to resume. The received part is not sent again.
      </p>
      {otherFile ? (
        <div className="grid gap-2">
          <p className="max-w-prose text-refused">{describeOtherFile(record, otherFile)}</p>
          <div>
            <Button onClick={() => send(otherFile)}>
              Upload it as a new file
              <VisuallyHidden>
                : <bdi>{otherFile.name}</bdi>
              </VisuallyHidden>
            </Button>
          </div>
        </div>
      ) : null}
      {errorMessage ? <p className="text-refused">{errorMessage}</p> : null}
      <div className="flex flex-wrap gap-2">
        <FileInput
          icon="upload"
          buttonLabel="Choose the file again"
          fieldLabel={name}
          accept={field.accept.join(",")}
          buttonClassName={buttonClass()}
          describedBy={helpId}
          onFiles={choose}
        />
        <Button variant="plain" pending={pending} pendingLabel="Discarding…" onClick={discard}>
          Discard
          <VisuallyHidden>
            {" "}
            <bdi>{name}</bdi>
          </VisuallyHidden>
        </Button>
      </div>
    </div>
  );
}

function describeOtherFile({ name }: WaitingUpload, other: File): string {
  return other.name === name
    ? `This ${name} differs from the file that you started to upload. It was changed, or it is another copy.`
    : `${other.name} is not ${name}, the file that you started to upload.`;
}
