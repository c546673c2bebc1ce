import "server-only";
import { systemClock } from "@/lib/clock";
import { env } from "@/lib/config/env";
import { doctorInputFromEnv } from "@/lib/operations/doctor/doctor-input";
import type { DoctorReport } from "@/lib/operations/doctor/report";
import { runDoctor } from "@/lib/operations/doctor/run-doctor";

let runningCheck: Promise<DoctorReport> | undefined;

/** Runs the doctor on the storages. Concurrent callers share one run, because it writes files. */
export function runStorageCheck(): Promise<DoctorReport> {
  runningCheck ??= runDoctor(doctorInputFromEnv(env()), systemClock, process.cwd()).finally(() => {
    runningCheck = undefined;
  });
  return runningCheck;
}
