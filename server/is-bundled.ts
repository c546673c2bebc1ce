declare const BUNDLED: boolean | undefined;

/**
 * Whether this runs from a bundle (scripts/bundle.ts), in a container or on a server: nothing is provided, built, migrated or made up
 * there that nobody asked for.
 */
export const isBundled = typeof BUNDLED !== "undefined";
