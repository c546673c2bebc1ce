import { describeStatus, isSuccess, sendRequest } from "../http-prober";
import { type ProbeContext, SAMPLE, type UploadRequest, uploadRequest } from "./probe-context";
import {
  type Check,
  type CheckResult,
  expectRefusal,
  failedResult,
  PERMISSIONS_FIX,
  passedResult,
} from "./run-checks";

/** Checks multipart uploads. One small part is enough: the last may have any size. */
export function multipartChecks(context: ProbeContext): Check[] {
  return [
    { check: "parts", title: "The store completes a multipart upload", run: () => checkComplete(context) },
    {
      check: "parts-abort",
      title: "The store removes an aborted multipart upload",
      run: () => checkAbort(context),
    },
    {
      check: "part-length",
      title: "The store rejects a part that is longer than signed",
      run: () => checkPartLength(context),
    },
  ];
}

/** Creates a multipart upload for `work`, and aborts and removes it afterwards. */
async function withMultipartUpload(
  { storages: { private: storage }, newKey }: ProbeContext,
  work: (key: string, multipartId: string) => Promise<CheckResult>,
): Promise<CheckResult> {
  const key = newKey();
  const multipartId = await storage.createMultipartUpload(key, { type: SAMPLE.ticket.type });
  try {
    return await work(key, multipartId);
  } finally {
    await storage.abortMultipartUpload(key, multipartId);
    await storage.remove(key);
  }
}

async function signPartRequest(
  { storages }: ProbeContext,
  key: string,
  multipartId: string,
): Promise<UploadRequest> {
  const { size, sha256 } = SAMPLE.ticket;
  const part = { multipartId, number: 1, size, sha256, expiresIn: 60 };
  return uploadRequest(await storages.private.signPart(key, part));
}

function checkComplete(context: ProbeContext): Promise<CheckResult> {
  const { private: storage } = context.storages;
  return withMultipartUpload(context, async (key, multipartId) => {
    const response = await sendRequest(await signPartRequest(context, key, multipartId));
    if (!isSuccess(response))
      return failedResult(
        `The store responds ${describeStatus(response)} to a part sent exactly as signed.`,
        PERMISSIONS_FIX,
      );
    const received = await storage.listParts(key, multipartId);
    if (received?.length !== 1 || received[0]?.size !== SAMPLE.bytes.length)
      return failedResult("The store does not list the received parts.", PERMISSIONS_FIX);
    await storage.completeMultipartUpload(key, multipartId, received);
    const size = (await storage.stat(key))?.size;
    return size === SAMPLE.bytes.length
      ? passedResult("It does.")
      : failedResult(
          `The completed object has ${size ?? "no"} bytes.`,
          "Use another store, or limit files to the size of a single-part upload.",
        );
  });
}

function checkAbort(context: ProbeContext): Promise<CheckResult> {
  const { private: storage } = context.storages;
  return withMultipartUpload(context, async (key, multipartId) => {
    await sendRequest(await signPartRequest(context, key, multipartId));
    await storage.abortMultipartUpload(key, multipartId);
    const remaining = (await storage.listParts(key, multipartId)) ?? (await storage.stat(key));
    return remaining
      ? failedResult("Its parts still exist: they cost money, and no listing shows them.", PERMISSIONS_FIX)
      : passedResult("Its parts no longer exist.");
  });
}

function checkPartLength(context: ProbeContext): Promise<CheckResult> {
  return withMultipartUpload(context, async (key, multipartId) => {
    const request = await signPartRequest(context, key, multipartId);
    const body = Buffer.concat([SAMPLE.bytes, Buffer.from("!")]);
    const headers = { ...request.headers, "content-length": String(body.length) };
    const response = await sendRequest({ ...request, headers, body });
    return expectRefusal(response, "The store accepted a part that is longer than signed.");
  });
}
