import { createHash } from "node:crypto";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import type { AppContext } from "../../lib/app-context";
import { PUBLISHED_HEADS_PREFIX } from "../../lib/audit/published-heads";
import { env } from "../../lib/config/env";
import { findField, originalKey, variantsSchema } from "../../lib/files/file";
import { hasTombstone, TOMBSTONE_PREFIX } from "../../lib/files/tombstones";
import { isPublishable, PUBLICITY_COLUMNS } from "../../lib/permissions/read";
import { asLocalStorage } from "../../lib/storage/local/local-storage";
import type { Storage, StorageClass } from "../../lib/storage/storage";
import { reconcile } from "../../lib/uploads/reconcile";

/** A file that a response has confirmed, and how far its withdrawal got. */
export type ExpectedFile = { fileId: string; withdrawal: "none" | "asked" | "confirmed" };

/**
 * Lists every inconsistency after a sweep past every grace: lost or changed files, unknown objects,
 * half-finished states, wrong quotas. Reads every byte, independently of `reconcile`, and adds the
 * findings of `reconcile`.
 */
export async function findInconsistencies(
  context: AppContext,
  expectedFiles: readonly ExpectedFile[] = [],
): Promise<string[]> {
  return [
    ...(await checkFiles(context)),
    ...(await checkExpectedFiles(context, expectedFiles)),
    ...(await checkLeftovers(context)),
    ...(await checkQuotas(context)),
    ...(await listReconcileFindings(context)),
  ];
}

async function listReconcileFindings(context: AppContext): Promise<string[]> {
  const findings: string[] = [];
  for await (const finding of reconcile(context)) findings.push(`reconcile: ${JSON.stringify(finding)}`);
  return findings;
}

async function checkFiles({ db, storages }: AppContext): Promise<string[]> {
  const findings: string[] = [];
  const orphans = { public: await listKeys(storages.public), private: await listKeys(storages.private) };
  const expected = async (storage: StorageClass, key: string, matches: (hash: Buffer) => boolean) => {
    if (!orphans[storage].delete(key)) findings.push(`missing: ${storage} ${key}`);
    else if (!matches(await hashStoredObject(storages[storage], key)))
      findings.push(`altered: ${storage} ${key}`);
  };
  for (const file of await db.file.findMany({ include: { owner: { select: PUBLICITY_COLUMNS } } })) {
    if (isPublishable(file) !== (file.publicPrefix !== null))
      findings.push(`half: ${file.id} flag ${file.visibility}, publication ${file.publicPrefix}`);
    if (file.unsettledSince) findings.push(`half: ${file.id} is out of sync`);
    if (file.purgedAt) {
      if (!(await hasTombstone({ storages }, file.id))) findings.push(`lost: ${file.id} has no tombstone`);
      continue;
    }
    await expected("private", originalKey(file), (hash) => hash.toString("base64") === file.sha256);
    // Page images are optional, and are deleted with the document.
    for (const key of orphans.private)
      if (key.startsWith(`${file.prefix}pages/`)) orphans.private.delete(key);
    for (const { name } of variantsSchema.parse(file.variants ?? [])) {
      const matches = (hash: Buffer) => name.startsWith(hash.toString("hex").slice(0, 32));
      await expected("private", `${file.prefix}${file.cut ? `${file.cut}/` : ""}${name}`, matches);
      if (file.publicPrefix !== null) await expected("public", `${file.publicPrefix}${name}`, matches);
    }
  }
  for (const storage of ["public", "private"] as const)
    for (const key of orphans[storage]) findings.push(`orphan: ${storage} ${key}`);
  return findings;
}

/**
 * An accepted file exists unless it was withdrawn or superseded. A confirmed withdrawal is
 * complete.
 */
async function checkExpectedFiles(
  { db }: AppContext,
  expectedFiles: readonly ExpectedFile[],
): Promise<string[]> {
  const findings: string[] = [];
  for (const { fileId, withdrawal } of expectedFiles) {
    const file = await db.file.findUnique({ where: { id: fileId } });
    if (!file) findings.push(`lost: ${fileId} has no row`);
    else if (withdrawal === "confirmed" && !file.purgedAt)
      findings.push(`half: ${fileId} was withdrawn and is not purged`);
    else if (withdrawal === "none" && file.purgedAt) {
      const replaced = file.status === "superseded" && findField(file)?.storage === "public";
      if (!replaced) findings.push(`lost: ${fileId} is ${file.status}`);
    }
  }
  return findings;
}

async function checkLeftovers({ db, storages }: AppContext): Promise<string[]> {
  const findings: string[] = [];
  for (const { id, state } of await db.upload.findMany({
    where: { state: { in: ["issued", "inspecting"] } },
  }))
    findings.push(`half: upload ${id} is ${state}`);
  for (const { id, fileId } of await db.upload.findMany({ where: { state: "completed" } }))
    if (!fileId || !(await db.file.findUnique({ where: { id: fileId } })))
      findings.push(`lost: upload ${id} is completed and has no file`);
  for (const { storage, prefix, tries: attempts } of await db.purge.findMany())
    findings.push(`orphan: ${storage} ${prefix} is not purged after ${attempts} attempts`);
  const parts = await db.uploadPart.count();
  if (parts > 0) findings.push(`orphan: ${parts} rows of parts`);
  for (const storage of Object.values(storages))
    for await (const { key, multipartId } of storage.listMultipartUploads(""))
      findings.push(`orphan: ${storage.class} ${key} has a multipart upload (${multipartId})`);
  for (const temp of await listTemporaryFiles(storages.private))
    findings.push(`orphan: ${temp} is half-written`);
  return findings;
}

async function checkQuotas({ db }: AppContext): Promise<string[]> {
  const findings: string[] = [];
  for (const { id, openUploads, storedBytes } of await db.user.findMany()) {
    const open = { ownerId: id, state: { in: ["issued" as const, "inspecting" as const] } };
    const uploads = await db.upload.aggregate({ where: open, _count: true, _sum: { size: true } });
    const files = await db.file.aggregate({ where: { ownerId: id, purgedAt: null }, _sum: { size: true } });
    const bytes = (uploads._sum.size ?? 0n) + (files._sum.size ?? 0n);
    if (openUploads !== uploads._count || storedBytes !== bytes)
      findings.push(
        `quota: ${id} has ${uploads._count} open uploads and ${bytes} bytes, but counts ${openUploads} and ${storedBytes}`,
      );
  }
  return findings;
}

/** Local storage writes to temporary files that no listing contains. */
async function listTemporaryFiles(storage: Storage): Promise<string[]> {
  if (!asLocalStorage(storage)) return [];
  const folder = join(env().DATA_DIR, "storage");
  return (await readdir(folder, { recursive: true })).filter((name) => /(^|\/)\.tmp\/[^/]+$/.test(name));
}

async function listKeys(storage: Storage): Promise<Set<string>> {
  const keys = new Set<string>();
  for await (const { key } of storage.list("")) keys.add(key);
  // The heads of the audit trail and the tombstones belong to no file.
  const others = [PUBLISHED_HEADS_PREFIX, TOMBSTONE_PREFIX];
  return new Set([...keys].filter((key) => !others.some((prefix) => key.startsWith(prefix))));
}

async function hashStoredObject(storage: Storage, key: string): Promise<Buffer> {
  const hash = createHash("sha256");
  for await (const chunk of await storage.read(key)) hash.update(chunk);
  return hash.digest();
}
