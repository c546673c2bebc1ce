import { createTestEnvironment } from "../../../tests/support/environment";
import { type AppContext, limitsFromEnv } from "../../app-context";
import { trailKeyFromEnv } from "../../audit/trail-key";
import { systemClock } from "../../clock";
import { env } from "../../config/env";
import type { UploadState } from "../../db/generated/enums";
import { newId, randomName } from "../../id";
import { DecoderPool } from "../../inspect/decoder-pool";
import { silentLog } from "../../observability/log";
import { storagesFromEnv } from "../../storage/factory";

type UploadOverrides = {
  ownerId: string;
  state?: UploadState;
  /** Seconds from now, negative for the past. */
  expires?: number;
  inspectingUntil?: number | null;
  multipartId?: string;
  size?: number;
};

/** Creates a database and storages for a test of the sweep, with functions to fill them. */
export async function createSweepFixture(overrides: Record<string, string> = {}) {
  const environment = await createTestEnvironment(overrides);
  const storages = storagesFromEnv(env(), systemClock);
  const limits = { ...limitsFromEnv(env()), quotaBytes: 1e12, openUploads: 1e6 };
  const context: AppContext = {
    db: environment.db,
    storages,
    clock: systemClock,
    limits,
    timeZone: "UTC",
    log: silentLog,
    trailKey: trailKeyFromEnv(env()),
    decoders: new DecoderPool(),
  };
  const { db } = context;
  const dateFromNow = (seconds: number) => new Date(Date.now() + seconds * 1000);

  async function createMember(): Promise<string> {
    const id = newId();
    await db.user.create({ data: { id, name: "Member", email: `${id}@example.org`, handle: id } });
    return id;
  }

  /** Inserts an upload and reserves its quota, as a ticket does. */
  async function createUpload(overrides: UploadOverrides) {
    const { ownerId, state = "issued", expires = 3600, inspectingUntil = null, size = 100 } = overrides;
    const row = {
      id: newId(),
      ownerId,
      field: "contract",
      name: "contract.pdf",
      type: "application/pdf",
      size: BigInt(size),
      key: `quarantine/${randomName()}`,
      state,
      expiresAt: dateFromNow(expires),
      inspectingUntil: inspectingUntil === null ? null : dateFromNow(inspectingUntil),
      ...(overrides.multipartId ? { multipartId: overrides.multipartId, partSize: 100 } : {}),
    };
    await db.upload.create({ data: row });
    await db.user.update({
      where: { id: ownerId },
      data: { openUploads: { increment: 1 }, storedBytes: { increment: size } },
    });
    return row;
  }

  async function putObjects(storage: "public" | "private", ...keys: string[]): Promise<void> {
    const bytes = new TextEncoder().encode("bytes");
    for (const key of keys)
      await storages[storage].put(key, bytes, { type: "application/octet-stream", size: bytes.length });
  }

  async function listKeys(storage: "public" | "private", prefix = ""): Promise<string[]> {
    const keys: string[] = [];
    for await (const { key } of storages[storage].list(prefix)) keys.push(key);
    return keys;
  }

  async function findQuota(ownerId: string): Promise<{ openUploads: number; storedBytes: number }> {
    const { openUploads, storedBytes } = await db.user.findUniqueOrThrow({ where: { id: ownerId } });
    return { openUploads, storedBytes: Number(storedBytes) };
  }

  return {
    context,
    db,
    storages,
    dateFromNow,
    createMember,
    createUpload,
    putObjects,
    listKeys,
    findQuota,
    drop: environment.drop,
  };
}

export type SweepFixture = Awaited<ReturnType<typeof createSweepFixture>>;
