import { dayOf } from "../fields/calendar";
import type { FileRow } from "../files/file";
import { findField } from "../files/file";
import { fileNameForType, toArchiveName } from "../files/file-name";

/**
 * Creates a function that gives each file its path in the archive of an export, such as
 * `documents/DBS certificate/2026-03-01 certificate.pdf`. It expects the files in the order of
 * their upload, and remembers only the paths of one day. Paths differ also where the file system
 * ignores case. The same files have the same paths again.
 */
export function createPathNamer(timeZone: string): (file: FileRow) => string {
  let today = "";
  // The number after the latest one of each path.
  let next = new Map<string, number>();
  return (file) => {
    const day = dayOf(file.createdAt, timeZone);
    if (day !== today) [today, next] = [day, new Map()];
    const folder = `documents/${toArchiveName(findField(file)?.label ?? file.field)}`;
    const name = toArchiveName(fileNameForType(file.name, file.type));
    const first = keyOf(`${folder}/${day} ${name}`);
    for (let number = next.get(first) ?? 1; ; number += 1) {
      const path = `${folder}/${day} ${number === 1 ? name : numbered(name, number)}`;
      const key = keyOf(path);
      if (number > 1 && next.has(key)) continue;
      next.set(key, 2);
      next.set(first, number + 1);
      return path;
    }
  };
}

/** Equal for paths that are one path to some file system. */
function keyOf(path: string): string {
  return path.normalize("NFKC").toLowerCase();
}

/** "letter (2).pdf". */
function numbered(name: string, number: number): string {
  const dot = name.lastIndexOf(".");
  return dot > 0 ? `${name.slice(0, dot)} (${number})${name.slice(dot)}` : `${name} (${number})`;
}
