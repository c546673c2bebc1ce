"use client";

import { Button } from "./button";

/** Opens the print dialog of the browser. It is not on the paper. */
export function PrintButton() {
  return (
    <Button className="print:hidden" onClick={() => window.print()}>
      Print
    </Button>
  );
}
