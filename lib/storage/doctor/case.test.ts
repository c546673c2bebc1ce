import { expect, test } from "vitest";
import { parseEnv } from "../../env";
import { caseOf } from "./case";

const base = {
  DATABASE_URL: "postgresql://localhost/x",
  AUTH_SECRET: "a secret of the test that is long enough",
};

test("an upload is wanted for as long as the longest ticket lives, and the sweep waits", () => {
  const wanted = (more: Record<string, string>) => caseOf(parseEnv({ ...base, ...more })).wanted;
  expect(wanted({})).toBe(86_400 + 3600);
  expect(wanted({ MULTIPART_TTL: "600", UPLOAD_TTL: "7200", SWEEP_GRACE: "60" })).toBe(7260);
});
