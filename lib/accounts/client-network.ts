import { isIP } from "node:net";

/**
 * Returns the network that attempts are counted for: an IPv4 address, or the first 64 bits of an
 * IPv6 address. A customer of a provider has at least a /64, so one machine has 2^64 addresses.
 * https://www.rfc-editor.org/rfc/rfc6177
 */
export function clientNetworkOf(address: string | null): string {
  const bare = address?.replace(/%.*$/, "");
  if (!bare || isIP(bare) !== 6) return bare ?? "unknown";
  const groups = expandGroups(bare);
  const [high = 0, low = 0] = groups.slice(6);
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff)
    return [high >> 8, high & 255, low >> 8, low & 255].join(".");
  const prefix = groups.slice(0, 4).map((group) => group.toString(16));
  return `${prefix.join(":")}::/64`;
}

/**
 * The URL parser turns each spelling of an address into one: hexadecimal, with one "::" at most.
 */
function expandGroups(address: string): number[] {
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [left = [], right = []] = canonical.split("::").map((half) => half.split(":").filter(Boolean));
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => "0");
  return [...left, ...zeros, ...right].map((group) => Number.parseInt(group, 16));
}
