import { existsSync } from "node:fs";
import { installFromDebian } from "../support/debian-packages";

const PROGRAMS = ["ceph", "ceph-mon", "ceph-osd", "monmaptool", "radosgw", "radosgw-admin"];
const PACKAGES = ["ceph-common", "ceph-mon", "ceph-osd", "radosgw"];

/** Sees to it that Ceph's programs are there. Returns why not, or null. */
export function installCeph(): Promise<string | null> {
  return installFromDebian("Ceph", PROGRAMS, PACKAGES);
}

export function hasCeph(): boolean {
  return existsSync("/usr/bin/radosgw");
}
