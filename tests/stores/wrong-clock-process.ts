import type { Viewer } from "../../lib/permissions/viewer";
import { systemClock } from "../../lib/clock";
import { env } from "../../lib/config/env";
import { doctorInputFromEnv } from "../../lib/operations/doctor/doctor-input";
import { runDoctor } from "../../lib/operations/doctor/run-doctor";
import { completeUpload } from "../../lib/uploads/complete";
import { appContextFromEnv } from "../crashes/crash-fixture";
import { issueSampleTicket, samplePdf } from "../crashes/sample-member";

/** What a process came to whose clock is wrong, when it did what an application does. */
export type WrongClockReport = {
  /** By its own clock; ISO 8601. */
  now: string;
  /** Of an object that is there: its size, or null where it is said to be missing, or the code of a problem. */
  there: number | string | null;
  /** Keys below that object's folder, or the code of a problem. */
  listed: string[] | string;
  /** `ok`, or the code of a problem: what a look at the application's health comes to. */
  check: string;
  upload: string;
  /** What the store answers to a browser that comes with a fresh ticket: a status, and its words. */
  sent: { status: number; words: string };
  /** What is then said of the upload: `completed`, or the code of a problem. */
  completed: string;
  doctor: { check: string; found: string }[];
};

// A program that is started with a wrong clock, with the environment of a test: <viewer as JSON> <key of an object that is there>
const viewer: Viewer = JSON.parse(process.argv[2] ?? "");
const key = process.argv[3] ?? "";
const context = appContextFromEnv();
const { private: storage } = context.storages;

const errorCodeOf = (thrown: unknown) =>
  thrown instanceof Error && "code" in thrown ? String(thrown.code) : String(thrown);

async function listKeysBelow(): Promise<string[]> {
  const keys: string[] = [];
  for await (const each of storage.list(key)) keys.push(each.key);
  return keys;
}

const there = await storage.stat(key).then((found) => found?.size ?? null, errorCodeOf);
const listed = await listKeysBelow().catch(errorCodeOf);
const check = await storage.checkHealth().then(() => "ok", errorCodeOf);
const sample = await samplePdf();
const ticket = await issueSampleTicket(context, viewer, sample);
if (!("upload" in ticket)) throw new Error("A small file needs no parts.");
const { method, url, headers } = ticket.upload;
const answer = await fetch(url, { method, headers, body: new Uint8Array(sample.bytes) });
const sent = { status: answer.status, words: await answer.text() };
const completed = await completeUpload(context, viewer, ticket.id).then(() => "completed", errorCodeOf);
const { findings } = await runDoctor(doctorInputFromEnv(env()), systemClock, process.cwd());
const doctor = findings
  .filter(({ outcome }) => outcome === "failed")
  .map(({ check, found }) => ({ check, found }));
const report: WrongClockReport = {
  now: new Date().toISOString(),
  there,
  listed,
  check,
  upload: ticket.id,
  sent,
  completed,
  doctor,
};
console.log(JSON.stringify(report));
await context.db.$disconnect();
process.exit(0);
