import { connect as connectTcp, isIP, type Socket, type TcpNetConnectOpts } from "node:net";
import { connect as connectTls } from "node:tls";
import { startStallTimer } from "../stream-checks";
import { STORE_TIMEOUT_MS } from "../time-budget";
import { invalidResponse, storeUnreachable } from "./errors";

/** Size of the buffer, and so the largest chunk. */
const BUFFER_SIZE = 256 * 1024;
const MAX_HEAD_LENGTH = 64 * 1024;

/**
 * Sends a signed GET over a connection of its own and passes every byte of the body to `take`, in
 * order, in one buffer that is reused. Node's clients and undici allocate and copy every 64 KiB,
 * which costs more than hashing the bytes (decision 49).
 *
 * Resolves to false, before any byte is passed on, if the response is not a plain 200. The caller
 * then uses the SDK, which knows the other responses and retries. Fails with `unavailable`, or
 * with what `take` throws.
 */
export function readOverSocket(url: URL, take: (bytes: Buffer) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let head: Buffer | null = Buffer.of();
    let remaining = 0;
    let ended = false;
    const end = (settle: () => void) => {
      if (ended) return;
      ended = true;
      stallTimer.stop();
      socket.destroy();
      settle();
    };
    const fail = (error: unknown) => end(() => (head ? resolve(false) : reject(error)));
    const stallTimer = startStallTimer(STORE_TIMEOUT_MS, () =>
      end(() => reject(storeUnreachable(new Error(`No byte for ${STORE_TIMEOUT_MS} ms`)))),
    );
    const passOn = (bytes: Buffer) => {
      remaining -= bytes.length;
      if (remaining < 0) return fail(invalidResponse("more bytes than its Content-Length"));
      if (bytes.length > 0) take(bytes);
      if (remaining === 0) end(() => resolve(true));
    };
    const receive = (bytes: Buffer) => {
      stallTimer.reset();
      if (!head) return passOn(bytes);
      head = Buffer.concat([head, bytes]);
      const headLength = head.indexOf("\r\n\r\n");
      if (headLength < 0)
        return head.length > MAX_HEAD_LENGTH ? fail(invalidResponse("a head that does not end")) : undefined;
      const contentLength = parseContentLength(head.toString("latin1", 0, headLength));
      if (contentLength === null) return end(() => resolve(false));
      remaining = contentLength;
      const firstBytes = head.subarray(headLength + 4);
      head = null;
      passOn(firstBytes);
    };
    const onread = {
      buffer: Buffer.allocUnsafeSlow(BUFFER_SIZE),
      callback(length: number, buffer: Uint8Array) {
        if (ended) return false;
        try {
          receive(Buffer.from(buffer.buffer, buffer.byteOffset, length));
        } catch (error) {
          end(() => reject(error));
        }
        return !ended;
      },
    };
    const socket = openSocket(url, { onread });
    socket.on("error", (error) => fail(storeUnreachable(error)));
    socket.on("close", () => fail(storeUnreachable(new Error("The connection ended before the object did"))));
    socket.write(
      `GET ${url.pathname}${url.search} HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\n\r\n`,
    );
  });
}

function openSocket(url: URL, options: Pick<TcpNetConnectOpts, "onread">): Socket {
  const host = url.hostname.replace(/[[\]]/g, "");
  const secure = url.protocol === "https:";
  const target = { host, port: Number(url.port || (secure ? 443 : 80)), ...options };
  if (!secure) return connectTcp(target);
  return connectTls({ ...target, ...(isIP(host) ? {} : { servername: host }) });
}

/** Returns the bytes of the body if this is the head of a complete object, else null. */
function parseContentLength(head: string): number | null {
  const [status = "", ...lines] = head.split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = headers.get("content-length") ?? "";
  const isPlain = /^HTTP\/1\.1 200(?: |$)/.test(status) && headers.has("etag") && /^\d+$/.test(length);
  return isPlain && !headers.has("transfer-encoding") ? Number(length) : null;
}
