/** From the least to the most urgent; each includes what is more urgent. */
export const LOG_LEVELS = ["debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];
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
 * Where the application says what it did. A message is a sentence of ours that never varies; what varies is a fact beside it. Neither may hold a name,
 * an address, a handle, a file's name, a key, a signed URL, a cookie or a token: errors of others go through `reasonOf` or `told`, which drop their words.
 */
export type Log = Record<Level, (message: string, facts?: LogAttributes) => void> & {
  /** Whether lines of this level are written: for what costs something to find out. */
  isEnabled(level: Level): boolean;
};

const noop = () => undefined;

/** For commands that answer with their own words, and tests that look at something else. */
export const silentLog: Log = {
  debug: noop,
  info: noop,
  warn: noop,
  error: noop,
  isEnabled: () => false,
};
