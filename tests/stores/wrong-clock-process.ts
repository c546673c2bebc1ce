import { systemClock } from "../../lib/clock";
import { env } from "../../lib/config/env";
import { doctorInputFromEnv } from "../../lib/operations/doctor/doctor-input";
import { runDoctor } from "../../lib/operations/doctor/run-doctor";
import type { Viewer } from "../../lib/permissions/viewer";
import { completeUpload } from "../../lib/uploads/complete";
import { appContextFromEnv } from "../crashes/crash-fixture";
import { issueSampleTicket, samplePdf } from "../crashes/sample-member";

/** What a process with a wrong clock observed while it did the work of the application. */
export type WrongClockReport = {
  /** By its own clock; ISO 8601. */
  now: string;
  /** Size of an existing object, null if it seems missing, or an error code. */
  statSize: number | string | null;
  /** Keys in the folder of the object, or an error code. */
  listedKeys: string[] | string;
  /** Result of the health check: `ok` or an error code. */
  health: string;
  upload: string;
  /** The store's response to a browser with a new ticket. */
  sent: { status: number; words: string };
  /** Result of the completion: `completed` or an error code. */
  completed: string;
  doctor: { check: string; found: string }[];
};

// Started with a wrong clock and the environment of a test: <viewer as JSON> <key of an object>
const viewer: Viewer = JSON.parse(process.argv[2] ?? "");
const key = process.argv[3] ?? "";
const context = appContextFromEnv();
const { private: storage } = context.storages;

const errorCodeOf = (error: unknown) =>
  error instanceof Error && "code" in error ? String(error.code) : String(error);

async function listKeys(): Promise<string[]> {
  const keys: string[] = [];
  for await (const object of storage.list(key)) keys.push(object.key);
  return keys;
}

const statSize = await storage.stat(key).then((stat) => stat?.size ?? null, errorCodeOf);
const listedKeys = await listKeys().catch(errorCodeOf);
const health = await storage.checkHealth().then(() => "ok", errorCodeOf);
const sample = await samplePdf();
const ticket = await issueSampleTicket(context, viewer, sample);
if (!("upload" in ticket)) throw new Error("A small file needs no parts.");
const { method, url, headers } = ticket.upload;
const response = await fetch(url, { method, headers, body: new Uint8Array(sample.bytes) });
const sent = { status: response.status, words: await response.text() };
const completed = await completeUpload(context, viewer, ticket.id).then(() => "completed", errorCodeOf);
const { findings } = await runDoctor(doctorInputFromEnv(env()), systemClock, process.cwd());
const doctor = findings
  .filter(({ outcome }) => outcome === "failed")
  .map(({ check, found }) => ({ check, found }));
const report: WrongClockReport = {
  now: new Date().toISOString(),
  statSize,
  listedKeys,
  health,
  upload: ticket.id,
  sent,
  completed,
  doctor,
};
console.log(JSON.stringify(report));
await context.db.$disconnect();
process.exit(0);
