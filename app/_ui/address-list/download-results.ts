type Row = { name: string; text: string };

/** Writes results as CSV. A text that looks like a formula is only text in a spreadsheet. */
export function toResultsCsv(rows: readonly Row[]): string {
  const lines = rows.map(({ name, text }) => [name, text].map(toCell).join(","));
  return `\ufeffEntry,Result\r\n${lines.join("\r\n")}\r\n`;
}

function toCell(text: string): string {
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return `"${safe.replaceAll('"', '""')}"`;
}

/** Lets the browser save the results as a file. */
export function downloadResults(rows: readonly Row[]): void {
  const url = URL.createObjectURL(new Blob([toResultsCsv(rows)], { type: "text/csv" }));
  const link = document.createElement("a");
  link.href = url;
  link.download = "results.csv";
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
