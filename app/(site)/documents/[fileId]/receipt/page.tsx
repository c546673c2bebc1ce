import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { appContext } from "@/app/_server/app-context";
import { requireViewer } from "@/app/_server/current-viewer";
import { formatDate, formatDateTime } from "@/app/_ui/format";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { PrintButton } from "@/app/_ui/print-button";
import { Problem } from "@/lib/errors";
import { formatRetention } from "@/lib/fields/duration-text";
import { fields } from "@/lib/fields/fields";
import { findReceipt } from "@/lib/files/receipt";

export const metadata: Metadata = { title: "Receipt" };

const REASONS = new Map([
  ["retention", "Its last day was over."],
  ["withdrawn", "You withdrew it."],
  ["superseded", "A new file replaced it."],
  ["erasure", "Its owner erased the account."],
]);

/** The proof for its owner that a file was deleted. Made for paper too. */
export default async function ReceiptPage({ params }: { params: Promise<{ fileId: string }> }) {
  const { fileId } = await params;
  const viewer = await requireViewer(`/documents/${fileId}/receipt`);
  const context = appContext();
  const receipt = await findReceipt(context, viewer, fileId).catch((error: unknown) => {
    if (error instanceof Problem && error.code === "not_found") notFound();
    throw error;
  });
  const { file, rule, reason, destroyedAt, objects, backupsGoneAt, trail } = receipt;
  const rows = [
    ["Document type", fields.get(file.field)?.label ?? file.field],
    ["Deleted", formatDateTime(destroyedAt, context.timeZone)],
    ["Why", REASONS.get(reason) ?? reason],
    ...(rule ? [["Rule", formatRetention(rule)]] : []),
    ["Objects deleted", String(objects)],
    ["In no backup after", formatDate(backupsGoneAt, context.timeZone)],
  ];
  const codes = [
    ["File", file.id],
    ["SHA-256 of the deleted bytes", file.sha256],
    ["Entry of the audit trail", `${trail.seq} ${trail.hash}`],
  ];
  return (
    <PageBody>
      {context.mail ? (
        <p className="hidden font-serif text-lg print:block">
          Dossier at {new URL(context.mail.appUrl).host}
        </p>
      ) : null}
      <PageHeader
        title="Receipt of a deletion"
        lead="The file was permanently deleted. Its record, the decisions and the access log stay."
        actions={<PrintButton />}
      />
      <dl className="grid gap-x-8 gap-y-2 sm:grid-cols-[max-content_1fr] sm:items-baseline print:grid-cols-[max-content_1fr]">
        {rows.map(([name, text]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="mb-2 tabular sm:mb-0 print:mb-0">{text}</dd>
          </div>
        ))}
        {codes.map(([name, text]) => (
          <div key={name} className="contents">
            <dt className="text-muted">{name}</dt>
            <dd className="mb-2 font-mono text-sm wrap-anywhere sm:mb-0 print:mb-0">{text}</dd>
          </div>
        ))}
      </dl>
      <p className="max-w-prose text-sm text-muted">
        If you kept a copy, its SHA-256 shows that this receipt is about it. An operator can verify the entry
        of the audit trail with <code className="font-mono">npm run trail -- verify</code>.
      </p>
    </PageBody>
  );
}
