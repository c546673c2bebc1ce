import { isIP } from "node:net";

/**
 * The address of whoever called: the socket's, or, behind `trustedProxies` proxies that each append the address they were
 * called from, the n-th from the right of X-Forwarded-For. What stands further left was written by the caller and proves
 * nothing. A header too short, or no address at that place, falls back to the socket.
 */
export function clientAddressOf(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  const own = normalizeAddress(socketAddress ?? "") ?? "unknown";
  if (trustedProxies === 0 || !forwardedFor) return own;
  return normalizeAddress(forwardedFor.split(",").at(-trustedProxies) ?? "") ?? own;
}

/** An address as one string for one machine: no port, no brackets, no zone, IPv4 not dressed as IPv6. */
function normalizeAddress(text: string): string | undefined {
  let address = text.trim().toLowerCase();
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(address);
  if (bracketed) address = bracketed[1] ?? "";
  else if (/^[\d.]+:\d+$/.test(address)) address = address.replace(/:\d+$/, "");
  address = address.replace(/%.*$/, "").replace(/^::ffff:(?=[\d.]+$)/, "");
  return isIP(address) === 0 ? undefined : address;
}
