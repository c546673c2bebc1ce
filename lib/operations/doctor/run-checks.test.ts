import { expect, test } from "vitest";
import { storeUnreachable } from "../../storage/s3/errors";
import { runChecks } from "./run-checks";

const findingOf = async (error: unknown) => {
  const run = () => Promise.reject(error);
  const [finding] = await runChecks([{ check: "copy", title: "The store copies", run }], 1000);
  return finding;
};
const storeError = (name: string, httpStatusCode: number) =>
  Object.assign(new Error("UnknownError"), { name, $metadata: { httpStatusCode } });

test("reports a missing permission, however deep the cause", async () => {
  for (const error of [storeError("AccessDenied", 403), storeUnreachable(storeError("AccessDenied", 403))])
    expect(await findingOf(error)).toMatchObject({
      outcome: "failed",
      found: "The credentials lack a permission. The store responded 403 AccessDenied.",
      fix: expect.stringContaining("provision --dry-run"),
    });
});

test("advises to try again if the store is too busy", async () => {
  expect(await findingOf(storeUnreachable(storeError("SlowDown", 503)))).toMatchObject({
    found: "The store responded 503 SlowDown.",
    fix: expect.stringMatching(/^Try again/),
  });
});
