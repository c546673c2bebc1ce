import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { openTestStore } from "../tests/stores/test-store";
import { expect, type Person, test } from "./people";

test("no page, script or response contains a secret", async ({ people, baseURL }, { project }) => {
  const store = project.name === "s3" ? await openTestStore() : null;
  const storeKey = store && "secretAccessKey" in store ? store.secretAccessKey : "";
  const secrets = secretsOf(project.metadata.dataDir, storeKey);
  expect(secrets.length).toBeGreaterThan(project.name === "s3" ? 3 : 1);
  const [ada, grace, visitor] = [await people.member(), await people.reviewer(), await people.visitor()];
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  const read: [string, string][] = [];
  const visits: [Person, string[]][] = [
    [visitor, ["/", "/sign-in", "/sign-up", "/nothing", "/api/health", "/api/fields", "/api/nothing"]],
    [ada, ["/documents", "/profile", "/api/profile", `/api/files/${file.id}`, "/api/auth/get-session"]],
    [grace, ["/review", `/review/${file.id}`, "/api/reviews"]],
  ];
  for (const [person, paths] of visits) {
    for (const path of paths) {
      const response = await person.request.get(path);
      read.push([path, JSON.stringify(response.headersArray()) + (await response.text())]);
    }
  }
  const ticket = { field: "contract", name: "a.pdf", type: "application/pdf", size: 10, sha256: file.sha256 };
  read.push(["ticket", JSON.stringify(await ada.writeOk("POST", "/api/uploads", ticket))]);
  const { headers } = await fetch(new URL(`/api/files/${file.id}/content`, baseURL), { redirect: "manual" });
  read.push(["redirect", JSON.stringify([...headers])]);
  for (const path of filesBelow(".next/static")) read.push([path, readFileSync(path, "latin1")]);
  expect(read.length).toBeGreaterThan(30);
  for (const [path, text] of read)
    for (const { name, value } of secrets) expect(text.includes(value), `${name} in ${path}`).toBe(false);
});

/** Lists what signs sessions, opens the database and signs for the store. */
function secretsOf(dataDir: string, storeKey: string): { name: string; value: string }[] {
  const database = JSON.parse(readFileSync(join(dataDir, "postgres.json"), "utf8"));
  const found = [
    { name: "the secret of sessions", value: readFileSync(join(dataDir, "auth-secret"), "utf8").trim() },
    { name: "the password of the database", value: String(database.password) },
    { name: "the place of the data", value: dataDir },
    { name: "the secret key of the store", value: storeKey },
  ];
  return found.filter(({ value }) => value.length > 7);
}

function filesBelow(folder: string): string[] {
  expect(existsSync(folder)).toBe(true);
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(js|css|map|json)$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}
