declare const BUNDLED: boolean | undefined;

/**
 * Whether this code runs from a bundle (scripts/bundle.ts), in a container or on a server. A bundle
 * builds nothing, migrates nothing by itself, and creates no database and no secret.
 */
export const isBundled = typeof BUNDLED !== "undefined";
