import { createServer } from "node:http";
import { expect, test } from "vitest";
import { portOf } from "../../../tests/stores/local-storage-server";
import { provision } from "./provision";

const inputFor = (endpoint: string) => ({
  settings: {
    driver: "s3" as const,
    buckets: { public: "pictures", private: "papers" },
    region: "us-east-1",
    endpoint,
    forcePathStyle: true,
    credentials: { accessKeyId: "id", secretAccessKey: "secret" },
  },
  appUrl: "http://localhost:3000",
  maxTicketSeconds: 86_400,
  sweepGraceSeconds: 3600,
});

test("an unreachable store fails with the network error", async () => {
  const { steps, done } = await provision(inputFor("http://127.0.0.1:1"), { dryRun: false });
  expect(done).toBe(false);
  expect(steps.map(({ setting, outcome, note }) => [setting, outcome, note])).toEqual([
    ["bucket", "failed", expect.stringContaining("ECONNREFUSED")],
    ["bucket", "failed", expect.stringContaining("ECONNREFUSED")],
  ]);
});

test("keeps the earlier steps if the store stops responding", async () => {
  const store = createServer((request, response) => {
    if (request.method === "HEAD") response.writeHead(200).end();
    else request.socket.destroy();
  });
  await new Promise<void>((resolve) => store.listen(0, "127.0.0.1", resolve));
  const { steps, done } = await provision(inputFor(`http://127.0.0.1:${portOf(store)}`), { dryRun: false });
  store.closeAllConnections();
  store.close();
  expect(done).toBe(false);
  expect(steps[0]).toMatchObject({ bucket: "papers", setting: "bucket", outcome: "kept" });
  expect(steps.slice(1, 4).map(({ outcome, note }) => [outcome, note])).toEqual(
    Array.from({ length: 3 }, () => ["failed", expect.stringMatching(/hang up|ECONNRESET/)]),
  );
});
