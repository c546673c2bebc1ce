import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { Problem } from "@/lib/errors";
import type { FileView } from "@/lib/files/file";
import { signPageUrl } from "@/lib/files/signed-urls";
import { storeCapabilitiesFromEnv } from "@/tests/stores/test-store";
import { samplePdf, samplePhoto } from "@/tests/support/app/documents";
import { withPrivateFault } from "@/tests/support/app/faulty-storage";
import { createMember, createPersonWithRole, fetchUrl, type Person } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let ada: Person;
let reviewer: Person;
let certificate: FileView;
let bytes: Buffer;

beforeAll(async () => {
  environment = await createTestEnvironment();
  ada = await createMember("Ada");
  reviewer = await createPersonWithRole(db(), "reviewer", ["dbsCertificate"], "R. Viewer");
  bytes = await samplePdf({ pages: 2 });
  certificate = await ada.uploadFile("dbsCertificate", bytes, {
    type: "application/pdf",
    name: "Zeugnis – 証明.pdf",
  });
});
afterAll(() => environment.drop());

const accesses = (person: Person) =>
  db().access.count({ where: { fileId: certificate.id, byId: person.id } });

/** Makes every insert into the access log fail, as a full disk would. */
async function withoutRegister<T>(run: () => Promise<T>): Promise<T> {
  await db().$executeRaw`ALTER TABLE "Access" ADD CONSTRAINT refuse CHECK (false) NOT VALID`;
  try {
    return await run();
  } finally {
    await db().$executeRaw`ALTER TABLE "Access" DROP CONSTRAINT refuse`;
  }
}

describe("the original", () => {
  test("is sent to its owner from a short-lived URL", async () => {
    const response = await ada.get(`/api/files/${certificate.id}/content?intent=download`);
    expect(response.status).toBe(302);
    expect(response.headers.get("cache-control")).toBe("private, no-store");
    expect(response.headers.get("referrer-policy")).toBe("no-referrer");
    const followed = await fetchUrl(response.headers.get("location"));
    expect(followed.status).toBe(200);
    expect(Buffer.from(await followed.arrayBuffer()).equals(bytes)).toBe(true);
    if (storeCapabilitiesFromEnv().honoursResponseOverrides)
      expect(followed.headers.get("content-disposition")).toContain("filename*=UTF-8''Zeugnis");
    expect(followed.headers.get("cache-control")).toContain("no-store");
  });

  test("is never shown inline if it could run scripts", async () => {
    const { headers } = await ada.get(`/api/files/${certificate.id}/content?intent=view`);
    const followed = await fetchUrl(headers.get("location"));
    if (storeCapabilitiesFromEnv().honoursResponseOverrides)
      expect(followed.headers.get("content-disposition")).toMatch(/^attachment/);
    // S3 sends only its own headers, so the attachment disposition has to suffice.
    const nosniff = process.env.STORAGE === "local" ? "nosniff" : null;
    expect(followed.headers.get("x-content-type-options")).toBe(nosniff);
  });

  test("is saved under the extension of its verified type", async () => {
    const file = await ada.uploadFile("dbsCertificate", bytes, {
      type: "application/pdf",
      name: "offer.hta",
    });
    const { headers } = await ada.get(`/api/files/${file.id}/content?intent=download`);
    const url = new URL(headers.get("location") ?? "", "http://site.example");
    const followed = await fetchUrl(headers.get("location"));
    const disposition = storeCapabilitiesFromEnv().honoursResponseOverrides
      ? followed.headers.get("content-disposition")
      : url.searchParams.get("response-content-disposition");
    expect(disposition).toBe("attachment; filename=offer.pdf");
  });

  test("is forbidden to reviewers if the field forbids downloads", async () => {
    const refused = await reviewer.get(`/api/files/${certificate.id}/content`);
    expect(refused.status).toBe(403);
    expect((await refused.json()).code).toBe("forbidden");
    expect((await reviewer.get(`/api/files/${certificate.id}/pages/1`)).status).toBe(302);
  });

  test("rejects HEAD, because the access would be logged", async () => {
    const before = await accesses(ada);
    for (const path of ["content", "pages/1"]) {
      const response = await ada.request("HEAD", `/api/files/${certificate.id}/${path}`);
      expect(response.status).toBe(405);
      expect(response.headers.get("allow")).not.toContain("HEAD");
    }
    expect(await accesses(ada)).toBe(before);
  });
});

describe("the access log", () => {
  test("has a row for every download", async () => {
    const before = await accesses(ada);
    await ada.get(`/api/files/${certificate.id}/content?intent=download`);
    await ada.get(`/api/files/${certificate.id}/content?intent=download`);
    expect(await accesses(ada)).toBe(before + 2);
  });

  test("has one row per session and shows it to the owner", async () => {
    const second = await createPersonWithRole(db(), "reviewer", ["dbsCertificate"], "S. Econd");
    for (const page of [1, 2, 1])
      expect((await second.get(`/api/files/${certificate.id}/pages/${page}`)).status).toBe(302);
    expect(await accesses(second)).toBe(1);
    const { items } = await (await ada.get(`/api/files/${certificate.id}/accesses`)).json();
    expect(items).toContainEqual({
      at: expect.any(String),
      intent: "view",
      by: { name: "S. Econd", role: "reviewer" },
    });
  });

  test("keeps name and role as they were at the access", async () => {
    const mira = await createPersonWithRole(db(), "reviewer", ["dbsCertificate"], "Mira Stone");
    await mira.get(`/api/files/${certificate.id}/pages/1`);
    const patch = await mira.request("PATCH", "/api/profile", { body: { name: "Somebody Else" } });
    expect(patch.status).toBe(200);
    await db().user.update({ where: { id: mira.id }, data: { role: "member" } });
    const list = async () => (await (await ada.get(`/api/files/${certificate.id}/accesses`)).json()).items;
    const entry = expect.objectContaining({ by: { name: "Mira Stone", role: "reviewer" } });
    expect(await list()).toContainEqual(entry);
    await db().user.delete({ where: { id: mira.id } });
    expect(await list()).toContainEqual(entry);
    expect(await db().access.count({ where: { byShortId: mira.id.slice(-8) } })).toBe(1);
  });

  test("is written before a URL is signed", async () => {
    for (const [person, path] of [
      [ada, "content?intent=download"],
      [ada, "content?intent=view"],
      [await createPersonWithRole(db(), "reviewer", ["dbsCertificate"]), "pages/1"],
    ] as const) {
      const response = await withoutRegister(() => person.get(`/api/files/${certificate.id}/${path}`));
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(response.headers.get("location")).toBeNull();
      expect(await response.text()).not.toContain("/api/storage/");
    }
  });

  test("has no view of a page that could not be drawn", async () => {
    const before = await accesses(ada);
    const unreadable = withPrivateFault(appContext(), {
      read: async () => {
        throw new Problem("unavailable", "The store is away.");
      },
    });
    const client = { address: null, userAgent: null };
    const signing = signPageUrl(unreadable, ada.viewer, certificate.id, 2, client);
    await expect(signing).rejects.toMatchObject({ code: "unavailable" });
    expect(await accesses(ada)).toBe(before);
  });

  test("is paged without gaps or repeats", async () => {
    const file = await ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" });
    const at = new Date();
    const rows = Array.from({ length: 120 }, () => ({
      id: crypto.randomUUID(),
      fileId: file.id,
      byId: ada.id,
      intent: "view" as const,
      at,
    }));
    await db().access.createMany({ data: rows });
    let seen = 0;
    let next: string | null = "";
    while (next !== null) {
      const page = await (
        await ada.get(`/api/files/${file.id}/accesses${next ? `?cursor=${next}` : ""}`)
      ).json();
      seen += page.items.length;
      next = page.next;
    }
    expect(seen).toBe(120);
    expect((await ada.get(`/api/files/${file.id}/accesses?cursor=nonsense`)).status).toBe(422);
    expect((await ada.get(`/api/files/${certificate.id}/accesses?cursor=${rows[0]?.id}`)).status).toBe(422);
  });
});

describe("a page image", () => {
  test("has a watermark that tells two reviewers of one name apart", async () => {
    const twin = () => createPersonWithRole(db(), "reviewer", ["dbsCertificate"], "Mira Stone");
    const [mine, theirs] = await Promise.all(
      [await twin(), await twin()].map(async (person) => {
        const { headers } = await person.get(`/api/files/${certificate.id}/pages/2`);
        const image = await fetchUrl(headers.get("location"));
        expect(image.headers.get("content-type")).toBe("image/webp");
        return Buffer.from(await image.arrayBuffer());
      }),
    );
    expect(mine?.equals(theirs ?? Buffer.alloc(0))).toBe(false);
  });

  test.each(["0", "3", "-1", "1.5", "1e9", "NaN", "%00", "2/x"])(
    "is not found and not logged for the page number %s",
    async (page) => {
      const newcomer = await createPersonWithRole(db(), "reviewer", ["dbsCertificate"]);
      expect((await newcomer.get(`/api/files/${certificate.id}/pages/${page}`)).status).toBe(404);
      expect(await accesses(newcomer)).toBe(0);
    },
  );
});

describe("a grant", () => {
  test("covers its field only and ends with the next request", async () => {
    const letter = await ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" });
    expect((await reviewer.get(`/api/files/${letter.id}`)).status).toBe(404);
    const once = await createPersonWithRole(db(), "reviewer", ["medicalLetter"]);
    expect((await once.get(`/api/files/${letter.id}/pages/1`)).status).toBe(302);
    await db().grant.deleteMany({ where: { userId: once.id } });
    expect((await once.get(`/api/files/${letter.id}/pages/1`)).status).toBe(404);
  });
});

describe("withdrawing", () => {
  test("deletes the bytes and keeps the record", async () => {
    const file = await ada.uploadFile("medicalLetter", await samplePdf(), { type: "application/pdf" });
    const { headers } = await ada.get(`/api/files/${file.id}/content?intent=download`);
    await ada.get(`/api/files/${file.id}/pages/1`);
    expect((await ada.request("DELETE", `/api/files/${file.id}`)).status).toBe(204);
    expect((await ada.request("DELETE", `/api/files/${file.id}`)).status).toBe(204);
    expect((await fetchUrl(headers.get("location"))).status).toBe(404);
    for (const path of ["content", "pages/1"]) {
      const gone = await ada.get(`/api/files/${file.id}/${path}`);
      expect(gone.status).toBe(410);
      expect((await gone.json()).code).toBe("purged");
    }
    expect(await (await ada.get(`/api/files/${file.id}`)).json()).toMatchObject({
      status: "withdrawn",
      purgedAt: expect.any(String),
    });
    expect(await db().purge.count({ where: { fileId: file.id } })).toBe(0);
  });

  test("is not found for a reviewer with the grant", async () => {
    expect((await reviewer.request("DELETE", `/api/files/${certificate.id}`)).status).toBe(404);
    expect((await db().file.findUniqueOrThrow({ where: { id: certificate.id } })).purgedAt).toBeNull();
  });
});

test("a private picture is readable by its owner only", async () => {
  const file = await ada.uploadFile("profilePicture", await samplePhoto(), { type: "image/jpeg" });
  expect((await ada.get(`/api/files/${file.id}/pages/1`)).status).toBe(302);
  expect((await reviewer.get(`/api/files/${file.id}/pages/1`)).status).toBe(404);
});
