import { afterAll, beforeAll, expect, test } from "vitest";
import { type StsServer, startStsServer } from "../../tests/stores/sts-server";
import { createTestDatabase, type TestDatabase } from "../../tests/support/database";
import { type AppContext, limitsFromEnv } from "../app-context";
import { parseEnv } from "../config/env";
import { newId } from "../id";
import { DecoderPool } from "../inspect/decoder-pool";
import { silentLog } from "../observability/log";
import type { Viewer } from "../permissions/viewer";
import { createStorages } from "../storage/factory";
import { assumeRole } from "../storage/s3/web-identity";
import { issueTicket } from "./issue";
import { signUploadParts } from "./sign-parts";

const startMs = new Date("2030-01-01T12:00:00.400Z").getTime();
const clock = { now: () => new Date(startMs) };
/** Lifetime of the role's credentials in seconds: shorter than a ticket or the URL of a part. */
const ROLE_SECONDS = 600;

let database: TestDatabase;
let roleServer: StsServer;
let context: AppContext;
let ada: Viewer;

beforeAll(async () => {
  database = await createTestDatabase();
  roleServer = await startStsServer(clock.now, ROLE_SECONDS);
  const role = "arn:aws:iam::123456789012:role/dossier";
  const credentials = assumeRole({
    roleArn: role,
    region: "eu-west-1",
    endpoint: roleServer.url,
    token: () => "t",
  });
  const buckets = { public: "pictures", private: "papers" };
  const settings = { driver: "s3", region: "eu-west-1", forcePathStyle: false, hasCdnPurge: false } as const;
  const storages = createStorages({ ...settings, buckets, credentials }, clock);
  const AUTH_SECRET = "a secret for this test, long enough";
  const limits = limitsFromEnv(parseEnv({ DATABASE_URL: database.url, AUTH_SECRET }));
  context = {
    db: database.db,
    storages,
    clock,
    limits,
    timeZone: "UTC",
    log: silentLog,
    trailKey: Buffer.alloc(32),
    decoders: new DecoderPool(),
  };
  const id = newId();
  const person = { id, name: "Ada", email: `${id}@example.org`, handle: id };
  await database.db.user.create({ data: person });
  ada = { ...person, role: "member", grants: [] };
});
afterAll(async () => {
  await roleServer.close();
  await database.drop();
});

const expectedExpiry = new Date(Math.floor(startMs / 1000) * 1000 + ROLE_SECONDS * 1000);

test("a ticket expires with the credentials that signed its URL", async () => {
  const sha256 = Buffer.alloc(32).toString("base64");
  const file = { field: "contract", name: "a.pdf", type: "application/pdf", size: 9, sha256 };
  const ticket = await issueTicket(context, ada, file, null);
  if (!("upload" in ticket)) throw new Error("It is a multipart ticket.");
  expect(new Date(ticket.expiresAt)).toEqual(expectedExpiry);
  expect(new URL(ticket.upload.url).searchParams.get("X-Amz-Expires")).toBe(String(ROLE_SECONDS));
});

test("a multipart ticket outlives the credentials, a part URL does not", async () => {
  const file = { field: "contract", name: "a.pdf", type: "application/pdf", size: 60 * 1024 ** 2 };
  const ticket = await issueTicket(context, ada, file, null);
  if (!("parts" in ticket) || !ticket.parts) throw new Error("It is a single-part ticket.");
  expect(new Date(ticket.expiresAt)).toEqual(new Date(startMs + 86_400_000));
  // As after an earlier request for a part, so that no request goes to the store.
  await context.db.upload.update({ where: { id: ticket.id }, data: { multipartId: "m" } });
  const part = { number: 1, size: ticket.parts.size, sha256: Buffer.alloc(32).toString("base64") };
  const [signed] = (await signUploadParts(context, ada, ticket.id, { parts: [part] })).parts;
  expect(signed?.expiresAt).toEqual(expectedExpiry);
  expect(new URL(signed?.url ?? "").searchParams.get("X-Amz-Expires")).toBe(String(ROLE_SECONDS));
});
