// The host of the published static files. Next reads it at build time and writes it into every page.
const assetPrefix = process.env.ASSET_PREFIX?.replace(/\/+$/, "");

// The program of the decoder processes, and what it loads. The tracer does not see a program that
// code starts, so the routes that decode name it.
const decodingRoutes = [
  "/api/uploads/*/complete/route",
  "/api/files/*/pages/*/route",
  "/api/files/*/route",
  "/u/*/opengraph-image/route",
];
const decoderFiles = [
  ".decoder/*.mjs",
  "node_modules/sharp/package.json",
  "node_modules/sharp/dist/*.{cjs,mjs}",
  "node_modules/{@img,detect-libc,semver}/**/*.{js,cjs,node,json}",
  "node_modules/@img/sharp-libvips-*/lib/*",
  "node_modules/@hyzyla/pdfium/package.json",
  "node_modules/@hyzyla/pdfium/dist/{index.esm.js,pdfium.wasm}",
  "node_modules/@embedpdf/fonts-sc/fonts/NotoSansHans-Regular.otf",
  "node_modules/@embedpdf/fonts-kr/fonts/NotoSansKR-Regular.otf",
  "node_modules/dejavu-fonts-ttf/ttf/DejaVuSans.ttf",
  "node_modules/@expo-google-fonts/source-serif-4/600SemiBold/SourceSerif4_600SemiBold.ttf",
];

// These routes sign URLs for the store but never call it. With credentials or a role, which Vercel
// requires, signing needs no SDK. A key matches every route that contains it, so it names the file.
const signingOnly = [
  "/api/uploads/route",
  "/api/account/**",
  "/api/fields/route",
  "/api/profiles/*/route",
  "/api/sessions/**",
  "/api/passkeys/**",
  "/api/notifications/route",
  "/api/reviews/route",
  "/api/reviews/*/route",
  "/api/reviews/*/*/route",
  "/api/retention/**",
  "/api/requests/route",
  "/api/requests/*/route",
  "/api/holds/route",
  "/api/holds/*/route",
  "/api/people/route",
  "/api/people/sessions/route",
  "/api/people/*/*/route",
  "/api/invitations/route",
  "/api/invitations/*/route",
  "/api/recovery/route",
  "/api/recovery/*/route",
  "/api/verification/*/route",
  "/api/files/*/accesses/route",
  "/api/trail/route",
  "/api/trail/*/route",
  "/api/mail/*/route",
  "/api/mail/*/*/route",
  "/api/\\[...rest\\]/route",
  "/api/auth/**",
  "/_not-found/page",
  "(public)/page",
  "/sign-in/page",
  "/sign-up/page",
  "/recover/page",
  "/recover/*/page",
  "/verify/*/page",
  "/join/*/page",
  "/admin/people/invite/page",
  "/api/files/*/receipt/route",
  "/data/page",
  "/security/page",
  "/address/*/page",
  "/address/undo/*/page",
  "/documents/page",
  "/documents/*/receipt/page",
  "/profile/page",
  "/admin/retention/page",
  "/admin/retention/papers/page",
  "/review/page",
  "/review/*/page",
  "/u/*/page",
  "/u/*/badge/page",
  "/admin/trail/page",
  "/mail/unsubscribe/page",
  "/admin/mail/page",
  "/admin/people/page",
  "/admin/people/*/page",
  "/admin/requests/page",
  "/admin/requests/ask/page",
];

/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  // Browsers load files of another host without cookies and can report errors in them.
  ...(assetPrefix ? { assetPrefix, crossOrigin: "anonymous" } : {}),
  reactStrictMode: true,
  // They stay outside the bundle, so Vercel traces what a function loads.
  serverExternalPackages: [
    "better-auth",
    "@aws-sdk/client-s3",
    "nodemailer",
    "@react-email/render",
    "@simplewebauthn/server",
  ],
  images: { unoptimized: true },
  // `npm test` runs tsc, so a build does not wait for it.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    // Puts the code of every page (React, Next's router) into one file instead of five, which
    // compresses to 5 KB less (docs/decisions/0011-small-pages.md).
    turbopackChunking: { minChunkSize: 4_000_000, maxMergeChunkSize: 8_000_000 },
  },
  outputFileTracingIncludes: Object.fromEntries(decodingRoutes.map((route) => [route, decoderFiles])),
  outputFileTracingExcludes: {
    // A function contains no member data, settings or sources. The tracer may include them if code
    // computes a path at run time.
    "/*": [
      ".data/**",
      ".static/**",
      ".dependency-cruiser.mjs",
      // The renderer of mails loads it only to indent HTML, which we never ask for.
      "node_modules/prettier/**",
      "{app,lib,server,scripts,bench,tests,prisma,e2e}/**/*.{ts,tsx}",
    ],
    ...Object.fromEntries(signingOnly.map((route) => [route, ["node_modules/@aws-sdk/client-s3/**"]])),
  },
};

export default config;
