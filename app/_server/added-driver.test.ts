import { describe, expect, test, vi } from "vitest";
import { systemClock } from "@/lib/clock";
import { parseEnv } from "@/lib/config/env";
import { ENV_VARIABLE_NAMES } from "@/lib/config/variable-names";
import type { DriverFactories } from "@/lib/storage/driver-factories";
import { storagesFromEnv } from "@/lib/storage/factory";
import { testObjects } from "@/lib/storage/testing/contract/objects";
import { testRemoval } from "@/lib/storage/testing/contract/removal";
import { createMemoryStorages } from "@/lib/storage/testing/memory-storage";
import { cspSourcesOf } from "./csp-sources";

// Adds to the table a driver that only this test has.
vi.mock("@/lib/storage/drivers", async (original) => {
  const { DRIVERS } = await original<typeof import("@/lib/storage/drivers")>();
  const { defineDriver } = await import("@/lib/storage/driver");
  const { z } = await import("zod");
  const memory = defineDriver({
    variables: { MEMORY_HOST: z.string().optional() },
    findProblems: ({ MEMORY_HOST }) => (MEMORY_HOST ? [] : ["MEMORY_HOST: is needed with STORAGE=memory"]),
    settingsFromEnv: ({ MEMORY_HOST = "" }) => ({ driver: "memory", host: MEMORY_HOST }),
    cspSources: ({ MEMORY_HOST }) => ({ public: [], private: [`https://${MEMORY_HOST}/`] }),
    capabilities: { isShared: true },
  });
  return { DRIVERS: { ...DRIVERS, memory } };
});
vi.mock("@/lib/storage/driver-factories", async (original) => {
  const { createMemoryStorages } = await import("@/lib/storage/testing/memory-storage");
  const { DRIVER_FACTORIES } = await original<typeof import("@/lib/storage/driver-factories")>();
  return { DRIVER_FACTORIES: { ...DRIVER_FACTORIES, memory: createMemoryStorages } };
});

const variables = {
  DATABASE_URL: "postgresql://localhost/x",
  AUTH_SECRET: "a secret of the test that is long enough",
  STORAGE: "memory",
  MEMORY_HOST: "memory.example.org",
};

describe("a driver that is added to the table", () => {
  test("is a value of STORAGE with variables of its own", () => {
    expect(parseEnv(variables)).toMatchObject({ STORAGE: "memory", MEMORY_HOST: "memory.example.org" });
    expect(() => parseEnv({ ...variables, MEMORY_HOST: "" })).toThrow("MEMORY_HOST: is needed");
    expect(() => parseEnv({ ...variables, STORAGE: "disk" })).toThrow("STORAGE");
    expect(ENV_VARIABLE_NAMES).toContain("MEMORY_HOST");
  });

  test("appears in the content security policy", () => {
    const { images, uploads } = cspSourcesOf(parseEnv(variables));
    expect([images, uploads]).toEqual([["https://memory.example.org/"], ["https://memory.example.org/"]]);
  });

  test("is offered instead of local storage on Vercel", () => {
    const onVercel = { ...variables, STORAGE: "local", VERCEL: "1" };
    expect(() => parseEnv(onVercel)).toThrow("set it to s3 or memory");
  });

  test("is a type error without a factory", () => {
    // @ts-expect-error: the factory of `local` is missing.
    const factories: DriverFactories = { s3: createMemoryStorages };
    expect(Object.keys(factories)).toEqual(["s3"]);
  });

  describe("passes the contract", () => {
    const storages = storagesFromEnv(parseEnv(variables), systemClock);
    const subject = () => ({
      storages,
      capabilities: {
        enforcesChecksum: true,
        enforcesPartChecksum: true,
        hashesCopies: false,
        listsParts: true,
        honoursResponseOverrides: true,
        unsignedStatuses: [403],
      },
      close: async () => undefined,
    });
    testObjects(subject);
    testRemoval(subject);
  });
});
