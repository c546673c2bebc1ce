import { expect, test } from "vitest";
import { storeUnreachable } from "../../storage/s3/errors";
import { runChecks } from "./report";

const looked = async (thrown: unknown) => {
  const look = () => Promise.reject(thrown);
  const [finding] = await runChecks([{ check: "copy", title: "The store copies", run: look }], 1000);
  return finding;
};
const answer = (name: string, httpStatusCode: number) =>
  Object.assign(new Error("UnknownError"), { name, $metadata: { httpStatusCode } });

test("a check that our key has no right to says so, however deep the store's answer lies, and not to try again", async () => {
  for (const thrown of [answer("AccessDenied", 403), storeUnreachable(answer("AccessDenied", 403))])
    expect(await looked(thrown)).toMatchObject({
      outcome: "failed",
      found: "Our key may not. The store said AccessDenied.",
      fix: expect.stringContaining("provision --dry-run"),
    });
});

test("a check that the store is too busy for is to be tried again", async () => {
  expect(await looked(storeUnreachable(answer("SlowDown", 503)))).toMatchObject({
    found: "The store said SlowDown.",
    mend: expect.stringMatching(/^Try again/),
  });
});
