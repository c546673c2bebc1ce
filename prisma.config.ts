import { defineConfig } from "prisma/config";

// `generate` needs no database; every other command gets its address from the script that calls it.
export default defineConfig({
  schema: "prisma/schema.prisma",
  migrations: { path: "prisma/migrations" },
  datasource: { url: process.env.DATABASE_URL ?? "" },
});
