import { Disclosure } from "@/app/_ui/disclosure";
import { formatFileLimits } from "@/app/_ui/uploads/file-validation";
import { DocumentEntry } from "./document-entry";
import { formatReaders, formatRetention, formatValidity } from "./document-text";
import type { AskedSlot } from "./group-slots";
import { replacementOf } from "./replacement";
import { RequestNotice } from "./request-notice";
import { UploadControl } from "./upload-control";

/** Shows one document type: its purpose and rules, the member's files, and the upload control. */
export function DocumentSection({
  slot,
  owner,
  ...time
}: {
  slot: AskedSlot;
  owner: string;
  now: Date;
  timeZone: string;
}) {
  const { field, current, pending, history, request } = slot;
  const documents = [...pending, ...current];
  const { name, label, accept, maxSize, partSize, many } = field;
  const rules = [formatValidity(field), formatRetention(field), formatReaders(field)].filter(
    (rule) => rule !== null,
  );
  return (
    <section
      aria-labelledby={name}
      className="grid gap-x-10 gap-y-5 lg:grid-cols-[minmax(0,20rem)_minmax(0,1fr)]"
    >
      <div className="grid content-start gap-3">
        <h3 id={name} tabIndex={-1} className="font-serif text-lg">
          {label}
        </h3>
        <p className="max-w-prose">{field.help}</p>
        <ul className="grid max-w-prose gap-1 text-sm text-muted">
          {rules.map((rule) => (
            <li key={rule}>{rule}</li>
          ))}
        </ul>
      </div>
      <div className="grid min-w-0 content-start gap-5">
        {request ? <RequestNotice slot={slot} request={request} {...time} /> : null}
        {documents.length > 0 ? (
          <ul aria-label={`${label}: current files`} className="grid gap-5">
            {documents.map((document) => (
              <DocumentEntry key={document.id} document={document} field={field} {...time} />
            ))}
          </ul>
        ) : null}
        <UploadControl
          field={{ name, label, accept, maxSize, partSize, many }}
          owner={owner}
          limits={formatFileLimits(field)}
          replacement={replacementOf(slot)}
        />
        {history.length > 0 ? (
          <Disclosure summary={`Earlier files (${history.length})`}>
            <ul aria-label={`${label}: earlier files`} className="grid gap-5">
              {history.map((document) => (
                <DocumentEntry key={document.id} document={document} field={field} {...time} />
              ))}
            </ul>
          </Disclosure>
        ) : null}
      </div>
    </section>
  );
}
