import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL(".", import.meta.url)).replace(/\/$/, "") } },
  test: {
    globalSetup: "scripts/testing/global-setup.ts",
    include: ["{lib,app,scripts,prisma}/**/*.test.ts"],
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
