import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { loadAuth } from "@/app/_server/auth";
import { verifyPasskey } from "@/lib/accounts/passkey-sign-in";
import { createMember, ORIGIN, Person, sendRequest, signUp } from "@/tests/support/app/person";
import { registerPasskey, signInWithPasskey, VirtualPasskey } from "@/tests/support/app/virtual-passkey";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const cookiesOf = (response: Response) =>
  response.headers
    .getSetCookie()
    .map((each) => each.split(";")[0])
    .join("; ");

const post = (path: string, body: unknown) =>
  sendRequest("POST", `/api/auth/sign-in/${path}`, { body, headers: { origin: ORIGIN } });

async function challenge(): Promise<{ challenge: string }> {
  return (await post("passkey-options", {})).json();
}

describe("a passkey", () => {
  test("signs in without a password, and counts as two factors", async () => {
    const eve = await signUp("Eve");
    const { passkey, response: added } = await registerPasskey(eve);
    expect([added.status, await added.json()]).toMatchObject([
      201,
      { name: "Key of a test", lastUsedAt: null },
    ]);
    const response = await signInWithPasskey(passkey);
    expect([response.status, await response.clone().json()]).toEqual([
      200,
      { user: { id: eve.id, role: "member" } },
    ]);
    const returned = new Person({ ...eve, cookie: cookiesOf(response) });
    expect((await returned.get("/api/profile")).status).toBe(200);
    const session = await db().session.findFirstOrThrow({
      where: { userId: eve.id, passkeyId: { not: null } },
    });
    expect(session.signedInWith).toBe("passkey");
    expect(await db().passkey.findFirstOrThrow({ where: { userId: eve.id } })).toMatchObject({
      counter: 1n,
      lastUsedAt: expect.any(Date),
    });
  });

  test("is asked for after the password", async () => {
    const eve = await signUp("Eve");
    await registerPasskey(eve);
    const response = await post("email", { email: eve.email, password: "correct horse battery" });
    expect(await response.json()).toEqual({ secondFactor: ["passkey"] });
    expect(cookiesOf(response)).not.toContain("dossier-session=");
  });

  test.each([
    ["without a check of the person", { isVerified: false }],
    ["for another site", { origin: "https://evil.example" }],
  ])("is refused %s, when it is added and at sign-in", async (_, options) => {
    const eve = await signUp("Eve");
    const { response } = await registerPasskey(eve, new VirtualPasskey(options));
    expect([response.status, (await response.json()).code]).toEqual([422, "invalid"]);
    expect(await db().passkey.count({ where: { userId: eve.id } })).toBe(0);
    // As if it had been added.
    const other = new VirtualPasskey(options);
    await registerPasskey(eve);
    await db().passkey.updateMany({
      where: { userId: eve.id },
      data: { credentialId: other.id.toString("base64url"), publicKey: other.publicKey },
    });
    expect((await signInWithPasskey(other)).status).toBe(422);
  });

  test.each([true, false])("answers each challenge once (has a counter: %s)", async (counts) => {
    const eve = await signUp("Eve");
    const { passkey } = await registerPasskey(eve, new VirtualPasskey({ counts }));
    const answer = passkey.get(await challenge());
    const responses = await Promise.all([1, 2, 3].map(() => post("passkey", { passkey: answer })));
    expect(responses.map(({ status }) => status).sort()).toEqual([200, 422, 422]);
    expect((await post("passkey", { passkey: answer })).status).toBe(422);
  });

  test("is refused with an old counter, as a copy has", async () => {
    const eve = await signUp("Eve");
    const { passkey } = await registerPasskey(eve);
    await signInWithPasskey(passkey);
    passkey.counter = 0;
    expect((await signInWithPasskey(passkey)).status).toBe(422);
  });

  test.each([
    ["a challenge of our own making", async () => ({ challenge: "AAAA" })],
    [
      "the challenge of a new passkey",
      async () => (await (await createMember()).post("/api/passkeys/options")).json(),
    ],
  ])("is refused with %s", async (_, options) => {
    const { passkey } = await registerPasskey(await signUp("Eve"));
    expect((await post("passkey", { passkey: passkey.get(await options()) })).status).toBe(422);
  });

  test("is added once, with a challenge of its own person", async () => {
    const [eve, mallory] = [await createMember(), await createMember()];
    const options = await (await eve.post("/api/passkeys/options")).json();
    const body = { name: "Key", credential: new VirtualPasskey().create(options) };
    expect((await mallory.post("/api/passkeys", body)).status).toBe(422);
    expect((await eve.post("/api/passkeys", body)).status).toBe(201);
    expect((await eve.post("/api/passkeys", body)).status).toBe(409);
    const other = { name: "Other", credential: new VirtualPasskey().create(options) };
    expect((await eve.post("/api/passkeys", other)).status).toBe(409);
  });

  test("is one of at most twenty, also of two at once", async () => {
    const eve = await createMember();
    await registerPasskey(eve);
    const first = await db().passkey.findFirstOrThrow({ where: { userId: eve.id } });
    const more = Array.from({ length: 18 }, () => ({
      ...first,
      id: randomUUID(),
      credentialId: randomUUID(),
    }));
    await db().passkey.createMany({ data: more });
    const begin = async () => (await eve.post("/api/passkeys/options")).json();
    const bodies = [await begin(), await begin()].map((options) => ({
      name: "Key",
      credential: new VirtualPasskey().create(options),
    }));
    const added = await Promise.all(bodies.map((body) => eve.post("/api/passkeys", body)));
    expect(added.map(({ status }) => status).sort()).toEqual([201, 409]);
    expect((await eve.post("/api/passkeys/options")).status).toBe(409);
  });

  test("is unknown in the same words as a wrong signature", async () => {
    const { passkey } = await registerPasskey(await signUp("Eve"));
    const unknown = await signInWithPasskey(new VirtualPasskey());
    const answer = passkey.get(await challenge());
    const signature = answer.response.signature.slice(0, -4);
    const wrong = await post("passkey", {
      passkey: { ...answer, response: { ...answer.response, signature: `${signature}AAAA` } },
    });
    expect([unknown.status, wrong.status]).toEqual([422, 422]);
    expect(await unknown.text()).toBe(await wrong.text());
  });

  test.each([
    {},
    { passkey: {} },
    { passkey: { id: "\u0000", rawId: "", type: "public-key", response: {} } },
    {
      passkey: {
        id: "AA",
        rawId: "AA",
        type: "public-key",
        response: { clientDataJSON: "AA", authenticatorData: "AA", signature: "AA" },
      },
    },
  ])("gives no 5xx for the body %j", async (body) => {
    expect((await post("passkey", body)).status).toBe(422);
  });

  test("gives no 5xx for bytes that are no assertion", async () => {
    const { passkey } = await registerPasskey(await signUp("Eve"));
    const answer = passkey.get(await challenge());
    for (const broken of ["", "AA", "_".repeat(300)]) {
      for (const part of ["clientDataJSON", "authenticatorData", "signature"]) {
        const response = { ...answer.response, [part]: broken };
        expect((await post("passkey", { passkey: { ...answer, response } })).status).toBe(422);
      }
    }
  });
});

describe("removing a passkey", () => {
  test("ends the sessions that began with it, but not the current one", async () => {
    const eve = await signUp("Eve");
    const { passkey } = await registerPasskey(eve);
    const [one, two] = await Promise.all([
      signInWithPasskey(passkey),
      registerPasskey(eve).then((added) => signInWithPasskey(added.passkey)),
    ]);
    const [current, other] = [one, two].map(
      (response) => new Person({ ...eve, cookie: cookiesOf(response) }),
    );
    const removed = await db().passkey.findFirstOrThrow({
      where: { credentialId: passkey.id.toString("base64url") },
    });
    const second = new Person({ ...eve, cookie: cookiesOf(await signInWithPasskey(passkey)) });
    expect((await current?.request("DELETE", `/api/passkeys/${removed.id}`))?.status).toBe(204);
    expect((await current?.get("/api/profile"))?.status).toBe(200);
    expect((await other?.get("/api/profile"))?.status).toBe(200);
    expect((await second.get("/api/profile")).status).toBe(401);
    expect((await signInWithPasskey(passkey)).status).toBe(422);
  });

  test("leaves no session to a sign-in with it at the same time", async () => {
    const eve = await signUp("Eve");
    const { passkey, response } = await registerPasskey(eve);
    const { id } = await response.json();
    // The answer is verified; the session does not exist yet.
    const proved = await verifyPasskey(appContext(), passkey.get(await challenge()));
    expect((await eve.request("DELETE", `/api/passkeys/${id}`)).status).toBe(204);
    const before = await db().session.count({ where: { userId: eve.id } });
    const auth = await loadAuth();
    const started = await auth.api.startSession({
      body: { ...proved, signedInWith: "passkey" },
      headers: new Headers(),
      asResponse: true,
    });
    expect(started.status).toBe(401);
    expect(cookiesOf(started)).not.toContain("dossier-session=");
    expect(await db().session.count({ where: { userId: eve.id } })).toBe(before);
  });

  test("of another person is not found", async () => {
    const [eve, mallory] = [await createMember(), await createMember()];
    const { id } = await (await registerPasskey(eve)).response.json();
    for (const unknown of [id, randomUUID(), "nonsense"]) {
      expect((await mallory.request("DELETE", `/api/passkeys/${unknown}`)).status).toBe(404);
      const body = { name: "Mine" };
      expect((await mallory.request("PATCH", `/api/passkeys/${unknown}`, { body })).status).toBe(404);
    }
    expect((await eve.request("PATCH", `/api/passkeys/${id}`, { body: { name: "Phone" } })).status).toBe(204);
    expect(await db().passkey.findUnique({ where: { id } })).toMatchObject({ name: "Phone" });
  });
});
