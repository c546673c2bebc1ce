import { callApi } from "../call-api";
import type { SignedPut, Transport } from "./transport";

/** Sends an upload over the browser's network. */
export const browserTransport: Transport = {
  call: callApi,

  // XMLHttpRequest, because fetch does not report how many bytes of a body were sent.
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
