import { type ProbeContext, SAMPLE } from "./probe-context";
import { type Check, failedResult, passedResult, PERMISSIONS_FIX, untestedResult, type CheckResult } from "./report";
import { type HttpRequest, isSuccess, sendRequest, describeRefusal, isClientError } from "./http-request";

/** Uploads in parts. One small part is enough: the last may be of any size. */
export function multipartChecks(patient: ProbeContext): Check[] {
  return [
    {
      check: "parts",
      title: "A large file goes in parts and comes together",
      run: () => checkComplete(patient),
    },
    {
      check: "parts-abort",
      title: "An upload in parts that is given up leaves nothing",
      run: () => checkAbort(patient),
    },
    {
      check: "part-length",
      title: "A part takes no longer body than was signed",
      run: () => checkPartLength(patient),
    },
  ];
}

/** An upload in parts, thrown away afterwards whatever has come of it. */
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
): Promise<HttpRequest & { headers: Record<string, string> }> {
  const { size, sha256 } = SAMPLE.ticket;
  const asked = { multipartId, number: 1, size, sha256, expiresIn: 60 };
  const { method, url, headers } = await storages.private.signPart(key, asked);
  return { method, url, headers: { ...headers, "content-length": String(size) }, body: SAMPLE.bytes };
}

function checkComplete(patient: ProbeContext): Promise<CheckResult> {
  const { private: storage } = patient.storages;
  return withMultipartUpload(patient, async (key, multipartId) => {
    const answer = await sendRequest(await signPartRequest(patient, key, multipartId));
    if (!isSuccess(answer))
      return failedResult(`The store answers ${describeRefusal(answer)} to a part sent exactly as signed.`, PERMISSIONS_FIX);
    const arrived = await storage.listParts(key, multipartId);
    if (arrived?.length !== 1 || arrived[0]?.size !== SAMPLE.bytes.length)
      return failedResult("The store does not say which parts have arrived.", PERMISSIONS_FIX);
    await storage.completeMultipartUpload(key, multipartId, arrived);
    const size = (await storage.stat(key))?.size;
    return size === SAMPLE.bytes.length
      ? passedResult("It does.")
      : failedResult(
          `What has come together has ${size ?? "no"} bytes.`,
          "Take another store, or keep files below the size from which they are sent in parts.",
        );
  });
}

function checkAbort(patient: ProbeContext): Promise<CheckResult> {
  const { private: storage } = patient.storages;
  return withMultipartUpload(patient, async (key, multipartId) => {
    await sendRequest(await signPartRequest(patient, key, multipartId));
    await storage.abortMultipartUpload(key, multipartId);
    const left = (await storage.listParts(key, multipartId)) ?? (await storage.stat(key));
    return left
      ? failedResult("Its parts are still there: they cost, and nobody sees them.", PERMISSIONS_FIX)
      : passedResult("Its parts are gone.");
  });
}

function checkPartLength(patient: ProbeContext): Promise<CheckResult> {
  return withMultipartUpload(patient, async (key, multipartId) => {
    const whole = await signPartRequest(patient, key, multipartId);
    const body = Buffer.concat([SAMPLE.bytes, Buffer.from("!")]);
    const headers = { ...whole.headers, "content-length": String(body.length) };
    const answer = await sendRequest({ ...whole, headers, body });
    if (isSuccess(answer))
      return failedResult(
        "A part longer than was signed was taken.",
        "This store does not keep what the signature promises. Do not use it for people's papers.",
      );
    return isClientError(answer)
      ? passedResult(`It is refused (${describeRefusal(answer)}).`)
      : untestedResult(`The store answers ${describeRefusal(answer)}, which is neither yes nor no.`);
  });
}
