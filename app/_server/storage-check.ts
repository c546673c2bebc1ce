import "server-only";
import { env } from "@/lib/config/env";
import { doctorInputFromEnv } from "@/lib/operations/doctor/doctor-input";
import { runDoctor } from "@/lib/operations/doctor/run-doctor";
import type { DoctorReport } from "@/lib/operations/doctor/report";
import { clock } from "./app-context";

let runningCheck: Promise<DoctorReport> | undefined;

/** Has the doctor look at the storages, once however many ask meanwhile: it writes and removes files of its own. */
export function runStorageCheck(): Promise<DoctorReport> {
  runningCheck ??= runDoctor(doctorInputFromEnv(env()), clock, process.cwd()).finally(() => {
    runningCheck = undefined;
  });
  return runningCheck;
}
