import { formatDate } from "@/app/_ui/format";
import type { KeptFile } from "@/lib/rights/kept-files";

/** Names each file that stays after the erasure, its last day and the reason. */
export function KeptFileList({
  files,
  total,
  timeZone,
}: {
  files: readonly KeptFile[];
  total: number;
  timeZone: string;
}) {
  if (total === 0)
    return <p className="max-w-prose">As of now, no file stays. A hold can change that in the meantime.</p>;
  return (
    <div className="grid gap-2">
      <h3 className="font-bold">{total === 1 ? "This file stays" : `These ${total} files stay`}</h3>
      <ul className="grid gap-3">
        {files.map(({ id, name, label, keepUntil, legalBasis }) => (
          <li key={id} className="max-w-prose border-l-4 border-hairline pl-3">
            <p className="wrap-anywhere">
              {label}: <bdi className="font-bold">{name}</bdi>
            </p>
            <p className="text-sm text-muted">
              {keepUntil ? `Until ${formatDate(keepUntil, timeZone)}. ` : ""}
              {legalBasis ?? "There is a hold on it. We keep it until an admin releases the hold."}
            </p>
          </li>
        ))}
      </ul>
      {total > files.length ? <p>And {total - files.length} more.</p> : null}
      <p className="max-w-prose text-sm text-muted">
        A file that stays keeps its file name. Only people with access to the document type can open it.
      </p>
    </div>
  );
}
