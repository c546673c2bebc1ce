import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { db } from "@/app/_server/services";
import { appoint, measured, type Person, put, send, signUp } from "@/app/testing/person";
import { type TestEnvironment, testEnvironment } from "@/lib/testing/environment";

let environment: TestEnvironment;
let ada: Person;
let grace: Person;

beforeAll(async () => {
  environment = await testEnvironment();
  ada = await signUp("Ada");
  grace = await signUp("Grace");
});
afterAll(() => environment.drop());

const PDF = Buffer.from("%PDF-1.4\n");

describe("a ticket", () => {
  test("lets a member send exactly the announced file", async () => {
    const response = await ada.post("/api/uploads", {
      field: "dbsCertificate",
      name: "a.pdf",
      type: "application/pdf",
      ...measured(PDF),
    });
    expect(response.status).toBe(201);
    const ticket = await response.json();
    expect(ticket).toMatchObject({ state: "issued", upload: { method: "PUT" } });
    expect((await put(ticket, Buffer.from("%PDF-1.5\n"))).status).toBeGreaterThanOrEqual(400);
    expect((await put(ticket, PDF)).status).toBe(200);
    void grace;
    void send;
    void appoint;
    void db;
  });
});
