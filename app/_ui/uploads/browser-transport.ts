import type { Answer, SignedPut, Transport } from "./transport";

export const browserTransport: Transport = {
  async call(method, path, { body, headers = {}, signal } = {}): Promise<Answer> {
    try {
      const response = await fetch(path, {
        method,
        headers: { ...headers, ...(body === undefined ? {} : { "content-type": "application/json" }) },
        body: body === undefined ? null : JSON.stringify(body),
        cache: "no-store",
        signal: signal ?? null,
      });
      const text = await response.text();
      const wait = Number(response.headers.get("retry-after"));
      return { status: response.status, body: parsed(text), ...(wait > 0 ? { retryAfter: wait } : {}) };
    } catch {
      signal?.throwIfAborted();
      return { status: 0, body: null };
    }
  },

  // XMLHttpRequest, since fetch does not tell how much of a body has left.
  put({ url, headers }: SignedPut, body, { onProgress, signal }) {
    return new Promise((resolve, reject) => {
      const request = new XMLHttpRequest();
      const abort = () => request.abort();
      const settle = (status: number) => {
        signal.removeEventListener("abort", abort);
        if (signal.aborted) reject(signal.reason);
        else resolve(status);
      };
      request.open("PUT", url);
      for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
      request.upload.onprogress = ({ loaded }) => onProgress(loaded);
      request.onload = () => settle(request.status);
      request.onerror = () => settle(0);
      request.onabort = () => settle(0);
      signal.addEventListener("abort", abort);
      if (signal.aborted) settle(0);
      else request.send(body);
    });
  },
};

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy's own page, say. The status tells enough.
    return null;
  }
}
