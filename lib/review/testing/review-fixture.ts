import { randomBytes } from "node:crypto";
import type { Viewer } from "../../accounts/viewer";
import type { FileStatus, Role } from "../../db/generated/enums";
import { secondsFromNow, type AppContext, limitsFromEnv } from "../../app-context";
import { env } from "../../config/env";
import { fields } from "../../fields/fields";
import { slotKey } from "../../files/supersede";
import { newId } from "../../id";
import { silentLog } from "../../observability/log";
import { storagesFromEnv } from "../../storage/factory";
import { createTestEnvironment } from "../../../tests/support/environment";

/** A desk on a database of its own, with a clock that only moves when it is told to, and documents that are rows without bytes. */
export async function createReviewFixture() {
  const environment = await createTestEnvironment();
  let now = new Date("2026-03-01T10:00:00Z");
  const clock = { now: () => new Date(now) };
  const limits = { ...limitsFromEnv(env()), quotaBytes: 1e9 };
  const deps: AppContext = {
    db: environment.db,
    storages: storagesFromEnv(env(), clock),
    clock,
    limits,
    log: silentLog,
  };
  const { db } = deps;

  /** Somebody with grants for these fields. */
  async function person(grants: string[] = [], role: Role = "reviewer"): Promise<Viewer> {
    const id = newId();
    const name = `Person ${id.slice(-4)}`;
    const email = `${id}@example.org`;
    await db.user.create({ data: { id, name, email, handle: id, role } });
    await db.grant.createMany({ data: grants.map((field) => ({ userId: id, field })) });
    return { id, name, email, handle: id, role, grants };
  }

  type Given = {
    at?: Date;
    version?: number;
    status?: FileStatus;
    place?: "held" | "pending";
    validUntil?: Date | null;
  };

  /** A document as a completed upload leaves it. */
  function row(owner: Viewer, field: string, given: Given = {}) {
    const {
      at = clock.now(),
      version = 1,
      status = "submitted",
      place = "pending",
      validUntil = null,
    } = given;
    const declared = fields.get(field);
    if (!declared) throw new Error(`${field} is not declared`);
    const id = newId();
    return {
      id,
      ownerId: owner.id,
      field,
      name: "document.pdf",
      type: "application/pdf",
      size: 1000,
      sha256: randomBytes(32).toString("base64"),
      prefix: `${id}/`,
      visibility: "private" as const,
      status,
      slot: slotKey(owner.id, declared, place),
      version,
      validUntil,
      createdAt: at,
    };
  }

  async function submit(owner: Viewer, field: string, given: Given = {}) {
    const data = row(owner, field, given);
    await db.file.create({ data });
    return data;
  }

  return {
    deps,
    row,
    person,
    submit,
    file: (id: string) => db.file.findUniqueOrThrow({ where: { id } }),
    forward: (seconds: number) => {
      now = secondsFromNow(clock, seconds);
    },
    drop: environment.drop,
  };
}

export type ReviewFixture = Awaited<ReturnType<typeof createReviewFixture>>;
