import { isIP, connect as overTcp, type Socket, type TcpNetConnectOpts } from "node:net";
import { connect as overTls } from "node:tls";
import { startStallTimer } from "../stream-checks";
import { STORE_TIMEOUT_MS } from "../time-budget";
import { invalidResponse, storeUnreachable } from "./errors";

/** Bytes that come at once at most; in one turn of the event loop up to 32 times as many. */
const BUFFER_SIZE = 256 * 1024;
const MAX_HEAD_LENGTH = 64 * 1024;

/**
 * Hands each byte that a signed GET answers to `take`, in order, in one buffer that is filled again and again. Speaks HTTP by itself, over a connection of
 * its own: in Node's client every 64 KiB are allocated, copied and passed through streams, which costs more than hashing them (decision 49).
 * False, with nothing taken, where the answer is any but a plain 200: then the SDK has to ask, which knows what else a store may say and tries again.
 * Errors: unavailable, and what `take` throws.
 */
export function readOverSocket(url: URL, take: (bytes: Buffer) => void): Promise<boolean> {
  return new Promise((resolve, reject) => {
    let head: Buffer | null = Buffer.of();
    let left = 0;
    let over = false;
    const end = (finish: () => void) => {
      if (over) return;
      over = true;
      stall.stop();
      socket.destroy();
      finish();
    };
    const fail = (error: unknown) => end(() => (head ? resolve(false) : reject(error)));
    const stall = startStallTimer(STORE_TIMEOUT_MS, () =>
      end(() => reject(storeUnreachable(new Error(`No byte for ${STORE_TIMEOUT_MS} ms`)))),
    );
    const pass = (bytes: Buffer) => {
      left -= bytes.length;
      if (left < 0) return fail(invalidResponse("more bytes than it said"));
      if (bytes.length > 0) take(bytes);
      if (left === 0) end(() => resolve(true));
    };
    const hear = (bytes: Buffer) => {
      stall.reset();
      if (!head) return pass(bytes);
      head = Buffer.concat([head, bytes]);
      const length = head.indexOf("\r\n\r\n");
      if (length < 0) return head.length > MAX_HEAD_LENGTH ? fail(invalidResponse("no end of the head")) : undefined;
      const announced = parseContentLength(head.toString("latin1", 0, length));
      if (announced === null) return end(() => resolve(false));
      left = announced;
      const first = head.subarray(length + 4);
      head = null;
      pass(first);
    };
    const onread = {
      buffer: Buffer.allocUnsafeSlow(BUFFER_SIZE),
      callback(length: number, buffer: Uint8Array) {
        if (over) return false;
        try {
          hear(Buffer.from(buffer.buffer, buffer.byteOffset, length));
        } catch (error) {
          end(() => reject(error));
        }
        return !over;
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

function openSocket(url: URL, more: Pick<TcpNetConnectOpts, "onread">): Socket {
  const host = url.hostname.replace(/[[\]]/g, "");
  const secure = url.protocol === "https:";
  const place = { host, port: Number(url.port || (secure ? 443 : 80)), ...more };
  if (!secure) return overTcp(place);
  return overTls({ ...place, ...(isIP(host) ? {} : { servername: host }) });
}

/** Bytes of the body, where this is the head of an object that comes as it is; else null. */
function parseContentLength(head: string): number | null {
  const [status = "", ...lines] = head.split("\r\n");
  const headers = new Map(
    lines.map((line) => {
      const colon = line.indexOf(":");
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()];
    }),
  );
  const length = headers.get("content-length") ?? "";
  const plain = /^HTTP\/1\.1 200(?: |$)/.test(status) && headers.has("etag") && /^\d+$/.test(length);
  return plain && !headers.has("transfer-encoding") ? Number(length) : null;
}
