import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readdir, rmdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { systemClock } from "../../lib/clock";
import { createLocalStorage } from "../../lib/storage/local/local-storage";

const run = promisify(execFile);
const type = "application/pdf";

test("local storage on a full disk fails cleanly and keeps its objects", async ({ skip }) => {
  const folder = await mkdtemp(join(tmpdir(), "dossier-full-"));
  try {
    await run("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", folder]);
  } catch {
    await rmdir(folder);
    return skip("needs root to mount a small disk");
  }
  try {
    const settings = { class: "private", folder, baseUrl: "http://localhost", clock: systemClock } as const;
    const storage = createLocalStorage({ ...settings, secret: "a secret of the test that is long enough" });
    const [small, large] = [Buffer.alloc(500_000, 1), Buffer.alloc(900_000, 2)];
    await storage.put("small", small, { type, size: small.length });
    for (const body of [large, Readable.from([large.subarray(0, 9), large.subarray(9)])]) {
      const put = storage.put("large", body, { type, size: large.length });
      await expect(put).rejects.toMatchObject({ code: "unavailable", detail: "The disk is full." });
    }
    const id = await storage.createMultipartUpload("parts", { type });
    const sendPart = (number: number, body: Buffer) => {
      const sha256 = createHash("sha256").update(body).digest("base64");
      const partInfo = { multipartId: id, number, size: body.length, sha256 };
      return storage.receivePart("parts", Readable.from([body]), partInfo);
    };
    await sendPart(1, small.subarray(0, 300_000));
    const full = { code: "unavailable", detail: "The disk is full." };
    await expect(sendPart(2, small)).rejects.toMatchObject(full);
    const parts = [{ number: 1, size: 300_000 }];
    expect(await storage.listParts("parts", id)).toEqual(parts);
    await expect(storage.completeMultipartUpload("parts", id, parts)).rejects.toMatchObject(full);
    expect(await readdir(join(folder, ".parts", "parts", `.${id}`))).toEqual(["1"]);
    expect(await storage.stat("parts")).toBeNull();
    await expect(storage.copy("small", storage, "copy")).rejects.toMatchObject(full);
    expect(await readdir(join(folder, ".tmp"))).toEqual([]);
    expect(await storage.stat("large")).toBeNull();
    expect((await storage.stat("small"))?.size).toBe(small.length);
    await storage.remove("small");
    await storage.completeMultipartUpload("parts", id, parts);
    await storage.remove("parts");
    await storage.put("large", large, { type, size: large.length });
  } finally {
    await run("umount", [folder]);
    await rmdir(folder);
  }
});
