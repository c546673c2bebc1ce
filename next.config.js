/** @type {import("next").NextConfig} */
const config = {
  poweredByHeader: false,
  reactStrictMode: true,
  // Native code and WASM stay outside the bundle; Vercel traces what a function really loads.
  serverExternalPackages: ["sharp", "@hyzyla/pdfium", "better-auth", "@aws-sdk/client-s3"],
  images: { unoptimized: true },
  // tsc is a check of its own in `npm test`; whoever starts the application does not wait for it.
  typescript: { ignoreBuildErrors: true },
  experimental: {},
};

export default config;
