"use client";

import { useRouter } from "next/navigation";
import { useState } from "react";
import { announce } from "../announce";
import { Button } from "../button";
import { buttonClass } from "../button-class";
import { Progress } from "../progress";
import { VisuallyHidden } from "../visually-hidden";
import { ReceivedUploadRow } from "./received-upload-row";
import type { UploadField } from "./file-validation";
import { FileInput } from "./file-picker";
import { discardUpload, type InterruptedUpload } from "./interrupted-upload";
import { isSameFile } from "./same-file";
import { browserUploadStore } from "./unfinished-uploads";
import { UploadErrorRow } from "./upload-error-row";
import { formatSentShare } from "./upload-text";
import { useUnfinishedUploads } from "./use-unfinished-uploads";

type WaitingUpload = Extract<InterruptedUpload, { status: "waiting" }>;
type RefusedUpload = Extract<InterruptedUpload, { status: "refused" }>;

/** What was on its way from this device when a page was left: it goes on when the same file is chosen again, or by itself where all of it arrived. The field's name is the id of its heading. */
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
  const { interrupted, lookAgain } = useUnfinishedUploads(owner, field.name, router.refresh);
  return (
    <ul aria-label={`${field.label}: not finished`} className="grid gap-4 empty:hidden">
      {interrupted.map((record) => (
        <li key={record.id} className="min-w-0">
          <InterruptedRow record={record} field={field} onFiles={onFiles} onStale={lookAgain} />
        </li>
      ))}
    </ul>
  );
}

function InterruptedRow({
  record,
  field,
  onFiles,
  onStale: onMoved,
}: {
  record: InterruptedUpload;
  field: UploadField;
  onFiles: (files: File[]) => void;
  onStale: () => void;
}) {
  if (record.status === "arrived") return <ReceivedUploadRow record={record} onStale={onMoved} />;
  if (record.status === "refused") return <RefusedRow record={record} />;
  return <WaitingRow record={record} field={field} onFiles={onFiles} />;
}

/** Nobody was there to hear why. */
function RefusedRow({ record: { id, name, field, problem } }: { record: RefusedUpload }) {
  function dismiss() {
    browserUploadStore.remove(id);
    document.getElementById(field)?.focus();
  }
  return (
    <UploadErrorRow name={name} detail={problem.detail}>
      <Button variant="plain" onClick={dismiss}>
        Dismiss<VisuallyHidden> {name}</VisuallyHidden>
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
  const { id, name, size, receivedBytes: arrived } = record;
  const [other, setOther] = useState<File | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [pending, setPending] = useState(false);
  const words = `${id}-words`;

  function choose([file]: File[]) {
    if (!file) return;
    if (isSameFile(record, file)) return send(file);
    setOther(file);
    announce(describeOtherFile(record, file));
  }

  /** With the row goes the control that has the focus. */
  function send(file: File) {
    setOther(null);
    document.getElementById(field.name)?.focus();
    onFiles([file]);
  }

  async function giveUp() {
    setPending(true);
    const kept = await discardUpload(record);
    setPending(false);
    setTrouble(kept);
    if (kept === null) document.getElementById(field.name)?.focus();
    announce(kept ?? `${name} is discarded`);
  }

  return (
    <div className="grid gap-2">
      <p className="font-bold wrap-anywhere">{name}</p>
      <Progress label={`${name}, not finished`} value={(arrived ?? 0) / size} />
      <p id={words} className="max-w-prose text-sm">
        {arrived ? `Not finished: ${formatSentShare(arrived, size)} arrived.` : "Not finished."} Choose the same
        file again to go on; what has arrived is not sent again.
      </p>
      {other ? (
        <div className="grid gap-2">
          <p className="max-w-prose text-refused">{describeOtherFile(record, other)}</p>
          <div>
            <Button onClick={() => send(other)}>
              Send it as a new one<VisuallyHidden>: {other.name}</VisuallyHidden>
            </Button>
          </div>
        </div>
      ) : null}
      {trouble ? <p className="text-refused">{trouble}</p> : null}
      <div className="flex flex-wrap gap-2">
        <FileInput
          icon="upload"
          buttonLabel="Choose it again"
          fieldLabel={name}
          accept={field.accept.join(",")}
          buttonClassName={buttonClass()}
          describedBy={words}
          onFiles={choose}
        />
        <Button variant="plain" pending={pending} pendingLabel="Discarding…" onClick={giveUp}>
          Discard<VisuallyHidden> {name}</VisuallyHidden>
        </Button>
      </div>
    </div>
  );
}

function describeOtherFile({ name }: WaitingUpload, other: File): string {
  return other.name === name
    ? `This ${name} is not the one that was on its way: it has been changed since, or is another copy.`
    : `${other.name} is not ${name}, which was on its way.`;
}
