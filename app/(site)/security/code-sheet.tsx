"use client";

import { Button } from "@/app/_ui/button";

/** Backup codes, which are shown this once. */
export function CodeSheet({ codes }: { codes: readonly string[] }) {
  function download() {
    const text = `Backup codes for ${window.location.host}\nEach works once, after your password.\n\n${codes.join("\n")}\n`;
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
    link.download = "backup-codes.txt";
    link.click();
    URL.revokeObjectURL(link.href);
  }

  return (
    <div className="grid gap-4">
      <p>
        They are shown only now. Keep them where you find them without your device, such as on paper. Each
        works once.
      </p>
      <ol className="grid grid-cols-2 gap-x-6 gap-y-1 rounded border border-hairline bg-well p-4 font-mono">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ol>
      <div className="flex flex-wrap gap-3 print:hidden">
        <Button onClick={download}>Download</Button>
        <Button onClick={() => window.print()}>Print</Button>
      </div>
    </div>
  );
}
