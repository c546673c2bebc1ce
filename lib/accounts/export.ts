import type { AppContext } from "../app-context";
import { streamAccesses } from "../audit/access-log";
import { streamTrail } from "../audit/search-trail";
import type { Decision } from "../db/generated/client";
import { type FileRow, type FileView, toFileView } from "../files/file";
import { type ReceiptView, toReceiptView } from "../files/receipt";
import { statusAt } from "../files/validity";
import { whereOwn } from "../permissions/read";
import type { Viewer } from "../permissions/viewer";
import { stateAt } from "../requests/request";
import { findHeldFileIds } from "../retention/holds";
import { createPathNamer } from "./export-paths";
import { findSecondFactors } from "./second-factors";

type ExportContext = Pick<AppContext, "db" | "storages" | "clock" | "timeZone" | "trailKey">;

/** A file as its owner sees it, its path in the archive, and where the browser gets the bytes. */
export type ExportedFile = FileView & {
  version: number;
  path: string;
  /** Missing if the bytes are deleted. Each request for it is in the access log. */
  content?: string;
};

export type Export = {
  generatedAt: string;
  profile: Record<string, unknown>;
  files: ExportedFile[];
  accesses: unknown[];
  decisions: unknown[];
  receipts: ReceiptView[];
  requests: unknown[];
  sessions: unknown[];
  passkeys: unknown[];
  trail: unknown[];
};

const PAGE_SIZE = 500;

/**
 * Writes what is held about the viewer as the JSON of an `Export`, page by page, so that its memory
 * use does not grow with the account. It has no token, no hash of a password, nothing that staff
 * wrote for each other, and no name of staff but those in the access log of the viewer's files.
 */
export async function* writeExport(context: ExportContext, viewer: Viewer): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  const head = {
    generatedAt: context.clock.now().toISOString(),
    profile: await findProfile(context, viewer),
  };
  yield encoder.encode(JSON.stringify(head).slice(0, -1));
  for (const [name, pages] of Object.entries(listsOf(context, viewer))) {
    yield encoder.encode(`,"${name}":[`);
    let isFirst = true;
    for await (const items of pages) {
      if (items.length === 0) continue;
      yield encoder.encode(`${isFirst ? "" : ","}${JSON.stringify(items).slice(1, -1)}`);
      isFirst = false;
    }
    yield encoder.encode("]");
  }
  yield encoder.encode("}");
}

/** The lists of an export, each in pages. */
function listsOf(
  context: ExportContext,
  viewer: Viewer,
): Record<Exclude<keyof Export, "generatedAt" | "profile">, AsyncGenerator<unknown[]>> {
  return {
    files: streamFiles(context, viewer),
    accesses: ofEachPage(streamOwnFileIds(context, viewer), (ids) => streamAccesses(context, ids)),
    decisions: ofEachPage(streamOwnFileIds(context, viewer), (ids) => streamDecisions(context, ids)),
    receipts: ofEachPage(streamOwnFileIds(context, viewer), (ids) => streamReceipts(context, ids)),
    requests: streamRequests(context, viewer),
    sessions: streamSessions(context, viewer),
    passkeys: streamPasskeys(context, viewer),
    trail: streamOwnTrail(context, viewer),
  };
}

async function findProfile({ db }: ExportContext, viewer: Viewer): Promise<Record<string, unknown>> {
  const { mailOff, createdAt, leftAt, letGo, workName, grants, ...profile } = await db.user.findUniqueOrThrow(
    {
      where: { id: viewer.id },
      select: {
        id: true,
        name: true,
        email: true,
        emailVerified: true,
        role: true,
        handle: true,
        headline: true,
        bio: true,
        pronouns: true,
        location: true,
        languages: true,
        links: true,
        visibility: true,
        badges: true,
        leftAt: true,
        letGo: true,
        workName: true,
        mailOff: true,
        createdAt: true,
        grants: { select: { field: true, createdAt: true }, orderBy: { field: "asc" } },
      },
    },
  );
  return {
    ...profile,
    grants,
    getsOnlyMailAboutSecurity: mailOff,
    createdAt,
    ...(workName ? { workName } : {}),
    ...(leftAt ? { leftAt, isLetGo: letGo } : {}),
  };
}

async function* streamFiles(context: ExportContext, viewer: Viewer): AsyncGenerator<ExportedFile[]> {
  const { db, storages, clock, timeZone } = context;
  const now = clock.now();
  const held = await findHeldFileIds({ db }, viewer.id);
  const pathOf = createPathNamer(timeZone);
  for await (const rows of streamRows(context, viewer)) {
    const destroyed = rows.flatMap(({ id, purgedAt }) => (purgedAt ? [id] : []));
    const receipts = await db.receipt.findMany({
      where: { fileId: { in: destroyed } },
      select: { fileId: true },
    });
    const withReceipt = new Set(receipts.map(({ fileId }) => fileId));
    yield rows.map((row) => ({
      ...toFileView(storages, row),
      ...(held.has(row.id) ? { held: true as const } : {}),
      ...(withReceipt.has(row.id) ? { receipt: true as const } : {}),
      status: statusAt(row, now),
      version: row.version,
      path: pathOf(row),
      ...(row.purgedAt ? {} : { content: `/api/files/${row.id}/content?intent=download` }),
    }));
  }
}

/** Yields the viewer's files in the order of their upload. */
async function* streamRows({ db }: ExportContext, viewer: Viewer): AsyncGenerator<FileRow[]> {
  let after: FileRow | undefined;
  do {
    const rows: FileRow[] = await db.file.findMany({
      where: {
        ...whereOwn(viewer),
        ...(after
          ? {
              OR: [
                { createdAt: { gt: after.createdAt } },
                { createdAt: after.createdAt, id: { gt: after.id } },
              ],
            }
          : {}),
      },
      orderBy: [{ createdAt: "asc" }, { id: "asc" }],
      take: PAGE_SIZE,
    });
    yield rows;
    after = rows.length === PAGE_SIZE ? rows.at(-1) : undefined;
  } while (after);
}

async function* streamOwnFileIds({ db }: ExportContext, viewer: Viewer): AsyncGenerator<string[]> {
  let after: string | undefined;
  do {
    const rows: { id: string }[] = await db.file.findMany({
      where: { ...whereOwn(viewer), ...(after ? { id: { gt: after } } : {}) },
      orderBy: { id: "asc" },
      take: PAGE_SIZE,
      select: { id: true },
    });
    yield rows.map(({ id }) => id);
    after = rows.length === PAGE_SIZE ? rows.at(-1)?.id : undefined;
  } while (after);
}

async function* ofEachPage(
  pages: AsyncGenerator<string[]>,
  stream: (ids: string[]) => AsyncGenerator<unknown[]>,
): AsyncGenerator<unknown[]> {
  for await (const ids of pages) yield* stream(ids);
}

/** Without the internal note, and without the reviewer: members see neither. */
async function* streamDecisions({ db }: ExportContext, fileIds: string[]): AsyncGenerator<unknown[]> {
  const rows = await db.decision.findMany({
    where: { fileId: { in: fileIds } },
    orderBy: [{ fileId: "asc" }, { createdAt: "asc" }, { id: "asc" }],
    select: {
      fileId: true,
      createdAt: true,
      outcome: true,
      reason: true,
      message: true,
      facts: true,
      sha256: true,
      validUntil: true,
    },
  });
  yield rows.map(toExportedDecision);
}

type ExportedDecisionRow = Omit<Decision, "id" | "byId" | "note" | "before">;

function toExportedDecision({
  fileId,
  createdAt,
  outcome,
  reason,
  message,
  facts,
  sha256,
  validUntil,
}: ExportedDecisionRow) {
  return {
    file: fileId,
    at: createdAt.toISOString(),
    outcome,
    ...(reason ? { reason } : {}),
    ...(message ? { message } : {}),
    ...(facts ? { facts } : {}),
    sha256,
    ...(validUntil ? { validUntil: validUntil.toISOString() } : {}),
  };
}

async function* streamReceipts({ db }: ExportContext, fileIds: string[]): AsyncGenerator<ReceiptView[]> {
  const rows = await db.receipt.findMany({ where: { fileId: { in: fileIds } }, orderBy: { fileId: "asc" } });
  yield rows.map(toReceiptView);
}

/** What admins asked the viewer for. A person has few. */
async function* streamRequests({ db, clock }: ExportContext, viewer: Viewer): AsyncGenerator<unknown[]> {
  const rows = await db.request.findMany({
    where: { memberId: viewer.id },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
  });
  yield rows.map(({ id, field, message, dueAt, state, fileId, createdAt }) => ({
    id,
    field,
    state: stateAt({ state, dueAt }, clock.now()),
    createdAt: createdAt.toISOString(),
    ...(message ? { message } : {}),
    ...(dueAt ? { dueAt: dueAt.toISOString() } : {}),
    ...(fileId ? { file: fileId } : {}),
  }));
}

/** A person has at most twenty. Never a token. */
async function* streamSessions({ db }: ExportContext, viewer: Viewer): AsyncGenerator<unknown[]> {
  const rows = await db.session.findMany({
    where: { userId: viewer.id },
    orderBy: [{ createdAt: "asc" }, { id: "asc" }],
    select: { id: true, createdAt: true, updatedAt: true, expiresAt: true, device: true, signedInWith: true },
  });
  yield rows.map(({ createdAt, updatedAt, expiresAt, ...session }) => ({
    ...session,
    createdAt: createdAt.toISOString(),
    lastSeenAt: updatedAt.toISOString(),
    expiresAt: expiresAt.toISOString(),
  }));
}

/** A person has at most twenty. Their keys say nothing about the person. */
async function* streamPasskeys({ db }: ExportContext, viewer: Viewer): AsyncGenerator<unknown[]> {
  const { passkeys } = await findSecondFactors({ db }, viewer);
  yield passkeys;
}

/** Entries about the viewer and their files. Who else acted, and what they typed, is left out. */
async function* streamOwnTrail(context: ExportContext, viewer: Viewer): AsyncGenerator<unknown[]> {
  async function* streamAbout(subjects: string[]): AsyncGenerator<unknown[]> {
    for await (const items of streamTrail(context, { subjects }))
      yield items.map(({ by, personal: _personal, ...item }) => ({
        ...item,
        ...(by === viewer.id ? { by } : {}),
      }));
  }
  yield* streamAbout([viewer.id]);
  yield* ofEachPage(streamOwnFileIds(context, viewer), streamAbout);
}
