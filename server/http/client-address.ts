import { isIP } from "node:net";

/**
 * Returns the client's IP address. Without proxies this is the socket's address. Each trusted proxy
 * appends its client's address to X-Forwarded-For, so behind n proxies it is the n-th from the
 * right; addresses further left may be forged. Falls back to the socket's address if the header is
 * too short or has no valid address there.
 */
export function clientAddressOf(
  socketAddress: string | undefined,
  forwardedFor: string | undefined,
  trustedProxies: number,
): string {
  const socketIp = normalizeAddress(socketAddress ?? "") ?? "unknown";
  if (trustedProxies === 0 || !forwardedFor) return socketIp;
  return normalizeAddress(forwardedFor.split(",").at(-trustedProxies) ?? "") ?? socketIp;
}

/** Removes port, brackets, zone and the IPv4-in-IPv6 prefix, so one machine has one address. */
function normalizeAddress(text: string): string | undefined {
  let address = text.trim().toLowerCase();
  const bracketed = /^\[([^\]]*)\](?::\d+)?$/.exec(address);
  if (bracketed) address = bracketed[1] ?? "";
  else if (/^[\d.]+:\d+$/.test(address)) address = address.replace(/:\d+$/, "");
  address = address.replace(/%.*$/, "").replace(/^::ffff:(?=[\d.]+$)/, "");
  return isIP(address) === 0 ? undefined : address;
}
