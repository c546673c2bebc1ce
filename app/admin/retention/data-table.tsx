import type { ReactNode } from "react";

/** A table that becomes a list of cards on a phone. Each row has a cell for each column. */
export function DataTable({
  caption,
  columns,
  rows,
}: {
  caption: string;
  columns: readonly string[];
  rows: readonly { key: string; cells: readonly ReactNode[] }[];
}) {
  return (
    <table className="w-full border-y border-hairline text-left">
      <caption className="sr-only">{caption}</caption>
      <thead className="text-sm text-muted max-sm:sr-only">
        <tr>
          {columns.map((column) => (
            <th key={column} scope="col" className="py-2 pr-6 font-normal">
              {column}
            </th>
          ))}
        </tr>
      </thead>
      <tbody className="divide-y divide-hairline">
        {rows.map(({ key, cells }) => (
          <tr key={key} className="align-top max-sm:grid max-sm:gap-1 max-sm:py-3">
            {cells.map((cell, index) => (
              <td key={columns[index]} className="min-w-0 wrap-anywhere sm:py-3 sm:pr-6">
                <span className="mr-2 text-sm text-muted sm:hidden">{columns[index]}</span>
                {cell}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  );
}
