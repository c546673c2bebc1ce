import type { LogLevel } from "../log-levels";

type Level = Exclude<LogLevel, "silent">;

export type LogValue =
  | string
  | number
  | boolean
  | null
  | undefined
  | readonly LogValue[]
  | { readonly [name: string]: LogValue };
export type LogAttributes = { readonly [name: string]: LogValue };

/**
 * The application's log. A message is a constant sentence, and its attributes vary. Neither may
 * contain a name, an address, a handle, a file name, a key, a signed URL, a cookie or a token.
 * `safeErrorReason` and `serializeError` drop the messages of foreign errors.
 */
export type Log = Record<Level, (message: string, attributes?: LogAttributes) => void> & {
  /** Tells whether lines of this level are written, before an expensive attribute. */
  isEnabled(level: Level): boolean;
};

const noop = () => undefined;

/** For commands with their own output, and for tests. */
export const silentLog: Log = {
  debug: noop,
  info: noop,
  warn: noop,
  error: noop,
  isEnabled: () => false,
};
