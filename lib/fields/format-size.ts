/**
 * "2.4 MB". A MB is 1024 × 1024 bytes, as in the limits that fields declare. Otherwise a file of
 * exactly the limit would seem larger than the limit.
 */
export function formatSize(bytes: number): string {
  const units = ["bytes", "KB", "MB", "GB", "TB"];
  let size = bytes;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit += 1;
  }
  // 1023.96 would round to "1024 KB".
  if (unit > 0 && unit < units.length - 1 && Math.round(size) === 1024) {
    size = 1;
    unit += 1;
  }
  if (unit === 0) return bytes === 1 ? "1 byte" : `${bytes} bytes`;
  const rounded = size < 10 ? Math.round(size * 10) / 10 : Math.round(size);
  return `${rounded} ${units[unit]}`;
}
