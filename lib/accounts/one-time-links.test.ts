import { describe, expect, test } from "vitest";
import { newId } from "../id";
import { setUpMailFixture } from "../mail/testing/mail-fixture";
import { createLink, endLinks, findLink, linkPath, useLink } from "./one-time-links";

const fixture = setUpMailFixture();
const MINUTE = 60;

const use = (token: string, purpose: Parameters<typeof findLink>[1] = "recovery") =>
  fixture.db.$transaction((tx) => useLink(tx, fixture.context(), purpose, token));

/** Creates a link that recovers the account of a person. Returns its token. */
async function createToken(personId: string): Promise<string> {
  const link = { purpose: "recovery" as const, personId, email: "ada@example.org" };
  const created = await createLink(fixture.db, fixture.context(), link);
  return linkPath(fixture.context(), created).slice("/recover/".length);
}

const GONE = { code: "gone" };
const UNKNOWN = { code: "not_found", detail: "Not found, or you have no access to it." };

describe("a link", () => {
  test("works once", async () => {
    const ada = await fixture.createPerson();
    const token = await createToken(ada.id);
    expect(await findLink(fixture.context(), "recovery", token)).toMatchObject({ personId: ada.id });
    expect(await use(token)).toMatchObject({ personId: ada.id, email: "ada@example.org" });
    await expect(use(token)).rejects.toMatchObject(GONE);
    await expect(findLink(fixture.context(), "recovery", token)).rejects.toMatchObject(GONE);
  });

  test("works for one of four requests at once", async () => {
    const token = await createToken((await fixture.createPerson()).id);
    const results = await Promise.allSettled([1, 2, 3, 4].map(() => use(token)));
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
    for (const result of results) if (result.status === "rejected") expect(result.reason).toMatchObject(GONE);
  });

  test("stays if what it allows fails", async () => {
    const token = await createToken((await fixture.createPerson()).id);
    const failing = fixture.db.$transaction(async (tx) => {
      await useLink(tx, fixture.context(), "recovery", token);
      throw new Error("The work fails.");
    });
    await expect(failing).rejects.toThrow("The work fails.");
    expect(await use(token)).toMatchObject({ email: "ada@example.org" });
  });

  test("ends at the end of its life", async () => {
    const token = await createToken((await fixture.createPerson()).id);
    fixture.advanceClock(30 * MINUTE - 1);
    expect(await findLink(fixture.context(), "recovery", token)).toBeTruthy();
    fixture.advanceClock(1);
    await expect(findLink(fixture.context(), "recovery", token)).rejects.toMatchObject(GONE);
    await expect(use(token)).rejects.toMatchObject(GONE);
  });

  test("ends when it is withdrawn, and only that of this person", async () => {
    const [ada, eve] = [await fixture.createPerson(), await fixture.createPerson()];
    const [hers, foreign] = [await createToken(ada.id), await createToken(eve.id)];
    await endLinks(fixture.db, { purpose: "recovery", personId: ada.id });
    await expect(use(hers)).rejects.toMatchObject(GONE);
    expect(await use(foreign)).toMatchObject({ personId: eve.id });
  });

  test("ends with the account", async () => {
    const ada = await fixture.createPerson();
    const token = await createToken(ada.id);
    await fixture.db.user.delete({ where: { id: ada.id } });
    await expect(use(token)).rejects.toMatchObject(GONE);
  });

  test("works for no other purpose", async () => {
    const token = await createToken((await fixture.createPerson()).id);
    await expect(use(token, "verification")).rejects.toMatchObject(UNKNOWN);
    await expect(findLink(fixture.context(), "verification", token)).rejects.toMatchObject(UNKNOWN);
    expect(await use(token)).toBeTruthy();
  });
});

describe("a token", () => {
  test("that is guessed or altered is like an unknown one", async () => {
    const token = await createToken((await fixture.createPerson()).id);
    const [id = "", signature = ""] = token.split(".");
    const other = await createToken((await fixture.createPerson()).id);
    const guesses = [
      "",
      ".",
      newId(),
      id,
      `${id}.`,
      `${id}.${other.split(".")[1]}`,
      `${id}.${signature.slice(1)}`,
      `${token}=`,
      `${token}.`,
      ` ${token}`,
      `${id}=.${signature}`,
      `${token.slice(0, -1)}\u0000`,
      "ä".repeat(token.length),
      "a".repeat(100_000),
    ];
    for (const guess of guesses) await expect(use(guess)).rejects.toMatchObject(UNKNOWN);
    expect(await use(token)).toBeTruthy();
  });

  test("has one spelling", async () => {
    const token = await createToken((await fixture.createPerson()).id);
    // The last letter of 32 bytes has two bits that no byte needs.
    const bytes = Buffer.from(token.split(".")[1] ?? "", "base64url");
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const twins = [...letters]
      .map((letter) => token.slice(0, -1) + letter)
      .filter((twin) => Buffer.from(twin.split(".")[1] ?? "", "base64url").equals(bytes) && twin !== token);
    expect(twins).toHaveLength(3);
    for (const twin of twins) await expect(use(twin)).rejects.toMatchObject(UNKNOWN);
  });

  test("is not in the database, and needs the secret", async () => {
    const token = await createToken((await fixture.createPerson()).id);
    const [row] = await fixture.db.$queryRaw<unknown[]>`SELECT * FROM "OneTimeLink"`;
    expect(JSON.stringify(row)).not.toContain(token.split(".")[1]);
    const mail = { ...fixture.settings(), secret: "another secret, which is long enough too" };
    await expect(findLink(fixture.context({ mail }), "recovery", token)).rejects.toMatchObject(UNKNOWN);
  });
});
