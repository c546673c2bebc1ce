import { clsx } from "clsx";
import type { ReactNode } from "react";

/**
 * `heading`: its cells name the rows. `number`: aligned at the end. `time`: in one line. `prose`:
 * wide enough to read.
 */
type Column = string | { label: string; as: keyof typeof CELL_CLASSES };

const CELL_CLASSES = {
  plain: "min-w-28",
  heading: "min-w-36",
  number: "text-right tabular",
  time: "whitespace-nowrap tabular",
  prose: "min-w-64",
};

type Props = {
  /** Names the table to screen readers. */
  caption: string;
  columns: readonly Column[];
  /** Each row has a cell for each column. */
  rows: readonly { key: string | number; cells: readonly ReactNode[] }[];
  /** The text in place of a table without rows. */
  empty?: string;
};

/** A table that scrolls inside itself where the page is too narrow. */
export function DataTable({ caption, columns, rows, empty }: Props) {
  if (rows.length === 0 && empty !== undefined) return <p className="text-muted">{empty}</p>;
  const shape = columns.map((column) =>
    typeof column === "string" ? { label: column, as: "plain" as const } : column,
  );
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the arrow keys scroll it
    <section aria-label={caption} tabIndex={0} className="relative overflow-x-auto print:overflow-visible">
      <table className="w-full border-y border-hairline text-left">
        <caption className="sr-only">{caption}</caption>
        <thead className="text-sm text-muted">
          <tr>
            {shape.map(({ label, as }) => (
              <th
                key={label}
                scope="col"
                className={clsx("py-2 pr-6 font-normal last:pr-0 print:min-w-0", CELL_CLASSES[as])}
              >
                {label}
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="divide-y divide-hairline">
          {rows.map(({ key, cells }) => (
            <tr key={key} className="align-baseline break-inside-avoid">
              {shape.map(({ label, as }, index) => {
                const className = clsx("py-3 pr-6 wrap-break-word last:pr-0 print:min-w-0", CELL_CLASSES[as]);
                return as === "heading" ? (
                  <th key={label} scope="row" className={clsx("font-bold", className)}>
                    {cells[index]}
                  </th>
                ) : (
                  <td key={label} className={className}>
                    {cells[index]}
                  </td>
                );
              })}
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
