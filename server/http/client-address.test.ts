import { describe, expect, test } from "vitest";
import { clientAddressOf } from "./client-address";

const socket = "10.0.0.9";

describe("the client's address", () => {
  test.each([
    ["is the socket's if no proxy is trusted, with any header", socket, "1.1.1.1", 0, socket],
    ["is what the one trusted proxy appended", socket, "6.6.6.6, 2.2.2.2", 1, "2.2.2.2"],
    ["is the second from the right behind two proxies", socket, "6.6.6.6, 3.3.3.3, 2.2.2.2", 2, "3.3.3.3"],
    ["is the socket's if the header has fewer addresses than proxies", socket, "1.1.1.1", 2, socket],
    ["is the socket's if the header is missing", socket, undefined, 1, socket],
    ["is the socket's if the expected value is no address", socket, "1.1.1.1, unknown", 1, socket],
    ["is the socket's if the expected value is empty", socket, "1.1.1.1,", 1, socket],
    ["loses its port", socket, "2.2.2.2:4711", 1, "2.2.2.2"],
    ["loses brackets and port of IPv6", socket, "[2001:DB8::1]:443", 1, "2001:db8::1"],
    ["is IPv4 if a dual-stack socket wraps it", "::ffff:127.0.0.1", undefined, 0, "127.0.0.1"],
    ["loses the zone of a link-local address", "fe80::1%eth0", undefined, 0, "fe80::1"],
    ["is `unknown` if the socket has closed", undefined, undefined, 0, "unknown"],
  ])("%s", (_name, from, header, proxies, expected) => {
    expect(clientAddressOf(from, header, proxies)).toBe(expected);
  });
});
