/**
 * What identifies a file without reading its content, as in rsync.
 * `lastModified` in milliseconds since 1970, `size` in bytes.
 */
type FileIdentity = Pick<File, "name" | "size" | "lastModified">;

export function isSameFile(one: FileIdentity, other: FileIdentity): boolean {
  return one.name === other.name && one.size === other.size && one.lastModified === other.lastModified;
}
