/** The two font files that every page needs. `unicode-range` loads those of other scripts. */
export const PRELOADED_FONTS = [
  new URL("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", import.meta.url).pathname,
  new URL("@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2", import.meta.url)
    .pathname,
];
