import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { appContext, db } from "@/app/_server/app-context";
import { newId } from "@/lib/id";
import { signUnsubscribeToken } from "@/lib/mail/unsubscribe";
import { createMember, ORIGIN, type Person, sendRequest } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";

let environment: TestEnvironment;
let ada: Person;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
beforeEach(async () => {
  ada = await createMember("Ada");
});
afterAll(() => environment.drop());

const ONE_CLICK = "List-Unsubscribe=One-Click";
const FORM = "application/x-www-form-urlencoded";
const tokenOf = (id: string) => signUnsubscribeToken(appContext().mail?.secret ?? "", id);
const isOff = async () => (await db().user.findUniqueOrThrow({ where: { id: ada.id } })).mailOff;

function post(token: string, raw: string, headers: Record<string, string> = {}): Promise<Response> {
  const path = `/api/mail/unsubscribe?token=${token}`;
  return sendRequest("POST", path, { raw, headers: { "content-type": FORM, ...headers } });
}

test("one click in a mail program switches mails off, without a session", async () => {
  const response = await post(tokenOf(ada.id), ONE_CLICK);
  expect([response.status, await isOff()]).toEqual([200, true]);
  expect((await post(tokenOf(ada.id), ONE_CLICK)).status).toBe(200);
});

test("one click works with a multipart form, as RFC 8058 allows", async () => {
  const form = new FormData();
  form.set("List-Unsubscribe", "One-Click");
  const encoded = new Response(form);
  const type = encoded.headers.get("content-type") ?? "";
  const response = await post(tokenOf(ada.id), await encoded.text(), { "content-type": type });
  expect([response.status, await isOff()]).toEqual([200, true]);
});

test("a GET changes nothing and leads to the page that asks", async () => {
  const token = tokenOf(ada.id);
  const response = await sendRequest("GET", `/api/mail/unsubscribe?token=${token}`);
  expect([response.status, response.headers.get("location"), await isOff()]).toEqual([
    302,
    `/mail/unsubscribe?token=${token}`,
    false,
  ]);
});

test("the page switches mails off and on again", async () => {
  for (const choice of ["off", "on"]) {
    const response = await post(tokenOf(ada.id), `mail=${choice}`, { origin: ORIGIN });
    expect([response.status, await isOff()]).toEqual([303, choice === "off"]);
  }
});

describe("a token is refused", () => {
  test.each([
    ["without a signature", (id: string) => id],
    ["with the signature of another person", (id: string) => tokenOf(newId()).replace(/^[^.]+/, id)],
    ["with a cut signature", (id: string) => tokenOf(id).slice(0, -2)],
    ["with a further part", (id: string) => `${tokenOf(id)}.x`],
    ["signed with another secret", (id: string) => signUnsubscribeToken("another secret", id)],
    ["of an unknown person", () => tokenOf(newId())],
  ])("%s", async (_, forge) => {
    const response = await post(forge(ada.id), ONE_CLICK);
    expect([response.status, await isOff()]).toEqual([404, false]);
  });
});

test.each([
  ["another form", "mail=perhaps", FORM, 422],
  ["no form", "", FORM, 422],
  ["JSON", "{}", "application/json", 415],
  ["a broken multipart form", "--x", "multipart/form-data; boundary=x", 422],
  ["a form that is too large", `mail=${"x".repeat(70_000)}`, FORM, 413],
])("%s is refused and changes nothing", async (_, raw, type, status) => {
  const response = await post(tokenOf(ada.id), raw, { "content-type": type });
  expect([response.status, await isOff()]).toEqual([status, false]);
});
