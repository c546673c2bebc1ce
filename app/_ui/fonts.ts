/** The two files that every page's first words need; other scripts are fetched by `unicode-range` when they occur. */
export const PRELOADED_FONTS = [
  new URL("@fontsource-variable/inter/files/inter-latin-wght-normal.woff2", import.meta.url).pathname,
  new URL("@fontsource-variable/source-serif-4/files/source-serif-4-latin-wght-normal.woff2", import.meta.url)
    .pathname,
];
