// Where the published static files are served from; read at build time, for it is written into every page.
const assetPrefix = process.env.ASSET_PREFIX?.replace(/\/+$/, "");

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
  experimental: {},
};

export default config;
