import { randomBytes } from "node:crypto";
import { createTestEnvironment } from "../../../tests/support/environment";
import { type AppContext, limitsFromEnv, secondsFromNow } from "../../app-context";
import { logPageView } from "../../audit/access-log";
import { trailKeyFromEnv } from "../../audit/trail-key";
import { env } from "../../config/env";
import type { FileStatus, Role } from "../../db/generated/enums";
import type { Field } from "../../fields/field";
import { fields } from "../../fields/fields";
import { slotKey } from "../../files/supersede";
import { newId } from "../../id";
import { DecoderPool } from "../../inspect/decoder-pool";
import { silentLog } from "../../observability/log";
import type { Viewer } from "../../permissions/viewer";
import { updateKeepUntil } from "../../retention/update-keep-until";
import { storagesFromEnv } from "../../storage/factory";

/**
 * Creates a database, a clock that moves only with `advanceClock`, and functions that create people
 * and documents. The documents are rows without bytes.
 */
export async function createReviewFixture(timeZone = "UTC") {
  const environment = await createTestEnvironment();
  let now = new Date("2026-03-01T10:00:00Z");
  const clock = { now: () => new Date(now) };
  const limits = { ...limitsFromEnv(env()), quotaBytes: 1e9 };
  const context: AppContext = {
    db: environment.db,
    storages: storagesFromEnv(env(), clock),
    clock,
    limits,
    timeZone,
    log: silentLog,
    trailKey: trailKeyFromEnv(env()),
    decoders: new DecoderPool(),
  };
  const { db } = context;

  /** Creates a person with grants for these fields. */
  async function createPerson(grants: string[] = [], role: Role = "reviewer"): Promise<Viewer> {
    const id = newId();
    const name = `Person ${id.slice(-4)}`;
    const email = `${id}@example.org`;
    await db.user.create({ data: { id, name, email, emailVerified: true, handle: id, role } });
    await db.grant.createMany({ data: grants.map((field) => ({ userId: id, field })) });
    return { id, name, email, handle: id, role, grants };
  }

  function declaredField(name: string): Field {
    const field = fields.get(name);
    if (!field) throw new Error(`No field ${name} is declared`);
    return field;
  }

  type FileOptions = {
    createdAt?: Date;
    version?: number;
    status?: FileStatus;
    place?: "held" | "pending";
    validUntil?: Date | null;
  };

  /** Builds the row that a completed upload creates. */
  function buildFileRow(owner: Viewer, field: string, options: FileOptions = {}) {
    const {
      createdAt = clock.now(),
      version = 1,
      status = "submitted",
      place = "pending",
      validUntil = null,
    } = options;
    const id = newId();
    return {
      id,
      ownerId: owner.id,
      field,
      name: "document.pdf",
      type: "application/pdf",
      size: 1000,
      sha256: randomBytes(32).toString("base64"),
      prefix: `files/${id}/`,
      visibility: "private" as const,
      status,
      slot: slotKey(owner.id, declaredField(field), place),
      version,
      validUntil,
      createdAt,
    };
  }

  async function submitFile(owner: Viewer, field: string, options: FileOptions = {}) {
    const data = buildFileRow(owner, field, options);
    await db.file.create({ data });
    await db.$transaction((tx) => updateKeepUntil(tx, context, declaredField(field), data.id));
    return data;
  }

  /** Shows a page of a document to this person, as far as the register knows. */
  async function viewPage(viewer: Viewer, id: string) {
    const file = await db.file.findUniqueOrThrow({ where: { id } });
    await logPageView(context, viewer, file, { address: null, userAgent: null });
  }

  return {
    context,
    viewPage,
    buildFileRow,
    createPerson,
    submitFile,
    findFile: (id: string) => db.file.findUniqueOrThrow({ where: { id } }),
    advanceClock: (seconds: number) => {
      now = secondsFromNow(clock, seconds);
    },
    drop: environment.drop,
  };
}

export type ReviewFixture = Awaited<ReturnType<typeof createReviewFixture>>;
