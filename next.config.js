// Where the published static files are served from; read at build time, for it is written into every page.
const assetPrefix = process.env.ASSET_PREFIX?.replace(/\/+$/, "");

// Of PDFium's package only the module and its .wasm run here; the other builds of it weigh 7 MB.
const otherPdfium = [
  "index.cjs",
  "index.esm.{base64,browser,cdn,worker}.js",
  "worker.bundle.js",
  "pdfium.wasm.base64-*.js",
].map((name) => `node_modules/@hyzyla/pdfium/dist/${name}`);

// Routes that sign for the store and never speak to it have no use for its SDK: where keys or a role are set, as Vercel must have them,
// signing needs none. A key matches any route that contains it, so the name of the file is part of it.
const signingOnly = [
  "/api/uploads/route",
  "/api/fields/route",
  "/api/profiles/*/route",
  "/api/reviews/route",
  "/api/reviews/*/route",
  "/api/reviews/*/*/route",
  "/api/people/*/route",
  "/api/people/*/*/route",
  "/api/files/*/accesses/route",
  "/api/\\[...rest\\]/route",
  "/api/auth/**",
  "/_not-found/page",
  "(public)/page",
  "/sign-in/page",
  "/sign-up/page",
  "/documents/page",
  "/profile/page",
  "/review/page",
  "/review/*/page",
  "/u/*/page",
];

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  // From another host scripts and fonts are asked for without cookies, and their errors can be read.
  ...(assetPrefix ? { assetPrefix, crossOrigin: "anonymous" } : {}),
  reactStrictMode: true,
  // Native code and WASM stay outside the bundle; Vercel traces what a function really loads.
  serverExternalPackages: ["sharp", "@hyzyla/pdfium", "better-auth", "@aws-sdk/client-s3"],
  images: { unoptimized: true },
  // tsc is a check of its own in `npm test`; whoever starts the application does not wait for it.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    // What every page needs (React, Next's router) in one file in place of five: together they compress to 5 KB less. docs/decisions/0011-small-pages.md
    turbopackChunking: { minChunkSize: 4_000_000, maxMergeChunkSize: 8_000_000 },
  },
  outputFileTracingExcludes: {
    // Nothing of a person's or a developer's belongs into a function, whatever a path that is only known at run time looks like to the tracing.
    "/*": [
      ".data/**",
      ".static/**",
      ".dependency-cruiser.mjs",
      "{app,lib,scripts,prisma,e2e}/**/*.{ts,tsx}",
      ...otherPdfium,
    ],
    ...Object.fromEntries(signingOnly.map((route) => [route, ["node_modules/@aws-sdk/client-s3/**"]])),
  },
};

export default config;
