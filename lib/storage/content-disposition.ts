import { create } from "content-disposition";

// Control characters, and marks that reverse text: `fdp.exe` must not be shown as `exe.pdf`.
// https://www.unicode.org/reports/tr9/#Explicit_Directional_Embeddings
const UNSAFE_CHARACTERS = /[\p{Cc}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** Formats a Content-Disposition header (RFC 6266) for a name in any script. Returns pure ASCII. */
export function formatContentDisposition(type: "inline" | "attachment", name: string): string {
  return create(name.toWellFormed().replace(UNSAFE_CHARACTERS, "_"), { type });
}
