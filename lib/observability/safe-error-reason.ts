import { Problem } from "../errors";

/**
 * Why something failed, in words that may stand in a log. The errors of drivers name keys, addresses and sometimes secrets; what is said here are our own
 * words, the kind of error, and its code.
 */
export function safeErrorReason(thrown: unknown): string {
  if (!(thrown instanceof Error)) return "unknown";
  const code = errorCodeOf(thrown) ?? errorCodeOf(thrown.cause);
  if (!(thrown instanceof Problem)) return code ?? thrown.name;
  const beneath = errorCodeOf(thrown.cause);
  return `${thrown.detail}${beneath === undefined ? "" : ` (${beneath})`}`;
}

function errorCodeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown && typeof thrown.code === "string"
    ? thrown.code
    : undefined;
}
