import { systemClock } from "../../clock";
import type { UploadState } from "../../db/generated/enums";
import { type AppContext, limitsFromEnv } from "../../app-context";
import { env } from "../../config/env";
import { newId, randomName } from "../../id";
import { silentLog } from "../../observability/log";
import { storagesFromEnv } from "../../storage/factory";
import { createTestEnvironment } from "../../../tests/support/environment";

type UploadOverrides = {
  ownerId: string;
  state?: UploadState;
  /** Seconds from now, negative for the past. */
  expires?: number;
  inspectingUntil?: number | null;
  multipartId?: string;
  size?: number;
};

/** What a sweep works on: a database and storages of its own, and uploads as rows, with or without bytes. */
export async function createSweepFixture(more: Record<string, string> = {}) {
  const environment = await createTestEnvironment(more);
  const storages = storagesFromEnv(env(), systemClock);
  const limits = { ...limitsFromEnv(env()), quotaBytes: 1e12, openUploads: 1e6 };
  const deps: AppContext = { db: environment.db, storages, clock: systemClock, limits, log: silentLog };
  const { db } = deps;
  const from = (seconds: number) => new Date(Date.now() + seconds * 1000);

  async function member(): Promise<string> {
    const id = newId();
    await db.user.create({ data: { id, name: "Somebody", email: `${id}@example.org`, handle: id } });
    return id;
  }

  /** An open upload whose room is taken, as a ticket leaves it. */
  async function upload(given: UploadOverrides) {
    const { ownerId, state = "issued", expires = 3600, inspectingUntil = null, size = 100 } = given;
    const row = {
      id: newId(),
      ownerId,
      field: "contract",
      name: "contract.pdf",
      type: "application/pdf",
      size: BigInt(size),
      key: `quarantine/${randomName()}`,
      state,
      expiresAt: from(expires),
      inspectingUntil: inspectingUntil === null ? null : from(inspectingUntil),
      ...(given.multipartId ? { multipartId: given.multipartId, partSize: 100 } : {}),
    };
    await db.upload.create({ data: row });
    await db.user.update({
      where: { id: ownerId },
      data: { openUploads: { increment: 1 }, storedBytes: { increment: size } },
    });
    return row;
  }

  async function put(storage: "public" | "private", ...keys: string[]): Promise<void> {
    const bytes = new TextEncoder().encode("bytes");
    for (const key of keys)
      await storages[storage].put(key, bytes, { type: "application/octet-stream", size: bytes.length });
  }

  async function keys(storage: "public" | "private", prefix = ""): Promise<string[]> {
    const found: string[] = [];
    for await (const { key } of storages[storage].list(prefix)) found.push(key);
    return found;
  }

  const room = async (ownerId: string) => {
    const { openUploads, storedBytes } = await db.user.findUniqueOrThrow({ where: { id: ownerId } });
    return { openUploads, storedBytes: Number(storedBytes) };
  };

  return { deps, db, storages, from, member, upload, put, keys, room, drop: environment.drop };
}

export type SweepFixture = Awaited<ReturnType<typeof createSweepFixture>>;
