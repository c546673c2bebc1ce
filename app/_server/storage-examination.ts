import "server-only";
import { env } from "@/lib/env";
import { caseOf } from "@/lib/storage/doctor/case";
import { examine } from "@/lib/storage/doctor/examine";
import type { Report } from "@/lib/storage/doctor/report";
import { clock } from "./services";

let looking: Promise<Report> | undefined;

/** Has the doctor look at the storages, once however many ask meanwhile: it writes and removes files of its own. */
export function examineStorages(): Promise<Report> {
  looking ??= examine(caseOf(env()), clock, process.cwd()).finally(() => {
    looking = undefined;
  });
  return looking;
}
