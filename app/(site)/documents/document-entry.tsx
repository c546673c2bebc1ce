import { buttonClass } from "@/app/_ui/button-class";
import { type FileStatus, stampOf } from "@/app/_ui/file-status";
import { formatDate, formatDateAndRelative } from "@/app/_ui/format";
import { Icon } from "@/app/_ui/icons";
import { Notice } from "@/app/_ui/notice";
import { DocumentIcon } from "@/app/_ui/paper-card";
import { SiteLink } from "@/app/_ui/site-link";
import { StatusBadge } from "@/app/_ui/status-badge";
import { Time } from "@/app/_ui/time";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";
import type { Field } from "@/lib/fields/field";
import { formatSize } from "@/lib/fields/format-size";
import type { OwnDocument } from "@/lib/files/own-documents";
import { AccessLogButton } from "./access-log-button";
import { formatViewerCount, reasonLabelOf } from "./document-text";
import { WithdrawButton } from "./withdraw-button";

const FILE_TYPE_LABELS: Record<string, string> = {
  "application/pdf": "PDF",
  "image/jpeg": "JPG",
  "image/png": "PNG",
  "image/webp": "WEBP",
};

/** Shows its owner one document: the file, its status and reason, its accesses and its actions. */
export function DocumentEntry({
  document,
  field,
  now,
  timeZone,
}: {
  document: OwnDocument;
  field: Field;
  now: Date;
  /** The organisation's. The last day of a document is the same for every reader. */
  timeZone: string;
}) {
  const {
    id,
    name,
    type,
    size,
    pages,
    status,
    createdAt,
    message,
    validUntil,
    keepUntil,
    held,
    receipt,
    purgedAt,
    missingLetters,
    viewerCount,
    version,
  } = document;
  const reason = reasonLabelOf(field, document);
  const stamp = stampOf(document, now);
  return (
    <li className="grid grid-cols-[auto_minmax(0,1fr)] gap-x-4">
      <DocumentIcon typeLabel={FILE_TYPE_LABELS[type]} />
      <div className="grid min-w-0 gap-2">
        <div className="flex flex-wrap items-start justify-between gap-x-4 gap-y-2">
          <p dir="auto" className="min-w-0 font-bold wrap-anywhere">
            {name}
          </p>
          <StatusBadge
            status={stamp}
            detail={
              validUntil ? validityDetail(stamp, formatDateAndRelative(validUntil, now, timeZone)) : undefined
            }
          />
        </div>
        <p className="text-sm text-muted tabular">
          {formatSize(size)}
          {pages && pages > 1 ? ` · ${pages} pages` : ""} · uploaded <Time value={createdAt} />
          {version > 1 ? ` · version ${version}` : ""}
          {purgedAt ? (
            <>
              {" "}
              · deleted <Time value={purgedAt} />
            </>
          ) : null}
        </p>
        {keepUntil ? (
          <p className="text-sm text-muted tabular">
            Kept until {formatDateAndRelative(keepUntil, now, timeZone)}, then deleted
          </p>
        ) : null}
        {held ? (
          <Notice title="There is a hold on this document">
            We keep it until an admin releases the hold, also after its last day.
          </Notice>
        ) : null}
        {missingLetters && !purgedAt ? (
          <Notice tone="warning" title="Reviewers see gaps in this PDF">
            It does not contain the fonts of some letters. Save it with its fonts or scan it, and upload that.
          </Notice>
        ) : null}
        {reason || message ? (
          <blockquote className="grid max-w-prose gap-1 border-l-4 border-changes pl-3">
            {reason ? <p className="font-bold">{reason}.</p> : null}
            {message ? (
              <p dir="auto" className="whitespace-pre-line">
                {message}
              </p>
            ) : null}
          </blockquote>
        ) : null}
        <Facts document={document} field={field} />
        <div className="-ml-3 flex flex-wrap items-center gap-x-1">
          {viewerCount > 0 ? (
            <AccessLogButton fileId={id} fileName={name} label={formatViewerCount(viewerCount)} />
          ) : (
            <p className="px-3 text-sm text-muted">
              {purgedAt ? "No other person opened this document" : formatViewerCount(0)}
            </p>
          )}
          {receipt ? (
            <SiteLink
              href={`/documents/${id}/receipt`}
              className={`${buttonClass({ variant: "plain" })} px-3`}
            >
              Receipt
              <VisuallyHidden>
                {" "}
                of the deletion of <bdi>{name}</bdi>
              </VisuallyHidden>
            </SiteLink>
          ) : null}
          {purgedAt ? null : (
            <>
              <a
                href={`/api/files/${id}/content?intent=download`}
                className={`${buttonClass({ variant: "plain" })} px-3`}
              >
                <Icon name="download" />
                Open
                <VisuallyHidden>
                  {" "}
                  <bdi>{name}</bdi>
                </VisuallyHidden>
              </a>
              {held ? null : (
                <WithdrawButton
                  fileId={id}
                  fileName={name}
                  headingId={field.name}
                  isApproved={status === "approved"}
                />
              )}
            </>
          )}
        </div>
      </div>
    </li>
  );
}

function validityDetail(stamp: FileStatus, lastDay: string): string | undefined {
  if (stamp === "approved") return `until ${lastDay}`;
  return stamp === "expired" ? `on ${lastDay}` : undefined;
}

/** Shows what the reviewer recorded. The facts stay after the file is deleted. */
function Facts({ document: { facts = {} }, field }: { document: OwnDocument; field: Field }) {
  const recorded = field.facts.flatMap(({ name, label, kind }) => {
    const value = facts[name];
    if (value === undefined || value === "" || value === false) return [];
    return [{ name, label, text: value === true ? "yes" : kind === "date" ? formatDate(value) : value }];
  });
  if (recorded.length === 0) return null;
  return (
    <dl className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
      {recorded.map(({ name, label, text }) => (
        <div key={name} className="flex gap-1.5">
          <dt className="text-muted">{label}</dt>
          <dd dir="auto" className="tabular">
            {text}
          </dd>
        </div>
      ))}
    </dl>
  );
}
