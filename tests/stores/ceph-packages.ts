import { existsSync } from "node:fs";
import { installFromDebian } from "../support/debian-packages";

const PROGRAMS = ["ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin"];
const PACKAGES = ["ceph-common", "ceph-mon", "ceph-osd", "radosgw"];

/** Installs Ceph's programs if they are missing. Returns the reason of a failure, or null. */
export function installCeph(): Promise<string | null> {
  return installFromDebian("Ceph", PROGRAMS, PACKAGES);
}

export function hasCeph(): boolean {
  return existsSync("/usr/bin/radosgw");
}
