import { Problem } from "../errors";

/**
 * Returns why something failed, safe for a log. Messages of drivers name keys, addresses and
 * secrets, so only our own text, the error's name and its code remain.
 */
export function safeErrorReason(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const code = errorCodeOf(error) ?? errorCodeOf(error.cause);
  if (!(error instanceof Problem)) return code ?? error.name;
  const causeCode = errorCodeOf(error.cause);
  return `${error.detail}${causeCode === undefined ? "" : ` (${causeCode})`}`;
}

function errorCodeOf(error: unknown): string | undefined {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : undefined;
}
