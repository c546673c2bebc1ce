import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { z } from "zod";
import { root } from "../../server/environment";

/** An S3 store for the run: how tests find it, or why there is none. */
export type RunStore = {
  variables?: Record<string, string>;
  missing?: string;
  stop(): void;
};

const cephReplySchema = z.object({
  running: z.boolean(),
  endpoint: z.string(),
  region: z.string(),
  accessKeyId: z.string(),
  secretAccessKey: z.string(),
  skipped: z.string().optional(),
});

/** The store of S3_TEST_ENDPOINT, or Ceph: one that runs is used and left running, one that was started is stopped. */
export async function startRunStore(): Promise<RunStore> {
  const leave = () => undefined;
  if (process.env.S3_TEST_ENDPOINT) return { variables: {}, stop: leave };
  const ran = runCephCommand("status")?.running ?? false;
  console.log(ran ? "\n== S3 store: running" : "\n== S3 store: starting Ceph");
  const store = runCephCommand("start");
  if (!store?.running) return { missing: store?.skipped ?? "Ceph did not start", stop: leave };
  return {
    variables: {
      S3_TEST_ENDPOINT: store.endpoint,
      S3_TEST_REGION: store.region,
      S3_TEST_ACCESS_KEY_ID: store.accessKeyId,
      S3_TEST_SECRET_ACCESS_KEY: store.secretAccessKey,
    },
    stop: ran ? leave : () => void runCephCommand("stop"),
  };
}

function runCephCommand(command: "start" | "stop" | "status"): z.infer<typeof cephReplySchema> | undefined {
  const { stdout, stderr } = spawnSync(
    process.execPath,
    ["--import", "tsx", join("scripts", "ceph.ts"), command],
    {
      cwd: root,
      encoding: "utf8",
      // Files, not pipes, would be needed for daemons that inherit them; the script gives its daemons none of its own.
      stdio: ["ignore", "pipe", "pipe"],
      timeout: 600_000,
    },
  );
  const line = stdout?.trim().split("\n").at(-1) ?? "";
  try {
    return cephReplySchema.parse(JSON.parse(line));
  } catch {
    console.log(`scripts/ceph.ts ${command} did not say what it found.\n${stdout}${stderr}`);
    return undefined;
  }
}
