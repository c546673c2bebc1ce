import { createS3Storage } from "../../storage/s3/s3-storage";
import { describeStatus, type HttpRequest, type HttpResponse, isSuccess, sendRequest } from "../http-prober";
import { createSample, type ProbeContext, SAMPLE, type UploadRequest, uploadRequest } from "./probe-context";
import {
  type Check,
  type CheckResult,
  expectRefusal,
  failedResult,
  passedResult,
  untestedResult,
} from "./run-checks";

/** A request that differs from the signed one in one point. */
type Variation = {
  check: string;
  title: string;
  acceptedMessage: string;
  change: (request: UploadRequest, otherKey: string) => HttpRequest;
};

const longerBody = Buffer.concat([SAMPLE.bytes, Buffer.from("!")]);
const otherSha256 = createSample("another file").ticket.sha256;

const VARIATIONS: Variation[] = [
  {
    check: "ticket-length",
    title: "A ticket rejects a body that is longer than signed",
    acceptedMessage: "The store accepted a longer body: a ticket for one kilobyte allows any size.",
    change: (request) => ({
      ...request,
      headers: { ...request.headers, "content-length": String(longerBody.length) },
      body: longerBody,
    }),
  },
  {
    check: "ticket-open-length",
    title: "A ticket rejects a body without Content-Length",
    acceptedMessage: "The store accepted a body without a length: a ticket for one kilobyte allows any size.",
    change: ({ headers: { "content-length": _, ...headers }, ...request }) => ({
      ...request,
      headers: { ...headers, "transfer-encoding": "chunked" },
      body: longerBody,
    }),
  },
  {
    check: "ticket-type",
    title: "A ticket rejects another Content-Type",
    acceptedMessage: "The store accepted another type: a member can upload HTML as a PDF.",
    change: (request) => ({ ...request, headers: { ...request.headers, "content-type": "text/html" } }),
  },
  {
    check: "ticket-key",
    title: "A ticket is valid for one key",
    acceptedMessage: "The store accepted a ticket for another key.",
    change: (request, otherKey) => {
      const url = new URL(request.url);
      url.pathname = url.pathname.replace(/doctor\/.*$/, otherKey);
      return { ...request, url: url.href };
    },
  },
  {
    check: "ticket-checksum",
    title: "A ticket is valid for one checksum",
    acceptedMessage: "The store accepted another checksum than the signed one.",
    change: (request) => ({
      ...request,
      headers: { ...request.headers, "x-amz-checksum-sha256": otherSha256 },
    }),
  },
  {
    check: "ticket-method",
    title: "A ticket is valid for PUT only",
    acceptedMessage: "The store accepted a PUT ticket for DELETE.",
    change: ({ headers: { "content-length": _, ...headers }, url }) => ({ method: "DELETE", url, headers }),
  },
  {
    check: "ticket-signature",
    title: "The store rejects a changed signature",
    acceptedMessage: "The store accepted a changed signature: it verifies none, and anyone can do anything.",
    change: (request) => ({
      ...request,
      url: request.url.replace(
        /(X-Amz-Signature=.*)([0-9a-f])(&|$)/,
        (_, head, last, tail) => `${head}${last === "0" ? "1" : "0"}${tail}`,
      ),
    }),
  },
];

/** Checks that the store accepts a ticket, and only for exactly what is signed. */
export function ticketChecks(context: ProbeContext): Check[] {
  const signedResponse = sendSigned(context);
  // The first check reports a rejection; here it must not count as unhandled.
  signedResponse.catch(() => undefined);
  return [
    {
      check: "ticket",
      title: "The store accepts an upload with a ticket",
      run: async () => {
        const response = await signedResponse;
        return isSuccess(response)
          ? passedResult("It does.")
          : failedResult(
              `The store responds ${describeStatus(response)} to an upload sent exactly as signed.`,
              "Give the credentials `s3:PutObject`. Set S3_BROWSER_ENDPOINT to the URL that browsers use: the signature contains it.",
            );
      },
    },
    ...VARIATIONS.map(({ check, title, ...variation }) => ({
      check,
      title,
      run: async (): Promise<CheckResult> => {
        if (!isSuccess(await signedResponse))
          return untestedResult("The store rejects the correct ticket, too.");
        return sendVariation(context, variation);
      },
    })),
    { check: "ticket-end", title: "A ticket expires", run: () => checkExpiry(context) },
  ];
}

async function sendSigned({ storages, newKey }: ProbeContext): Promise<HttpResponse> {
  const key = newKey();
  const signed = await storages.private.signPut(key, SAMPLE.ticket);
  try {
    return await sendRequest(uploadRequest(signed));
  } finally {
    await storages.private.remove(key);
  }
}

async function sendVariation(
  { storages, newKey }: ProbeContext,
  { acceptedMessage, change }: Pick<Variation, "acceptedMessage" | "change">,
): Promise<CheckResult> {
  const [key, otherKey] = [newKey(), newKey()];
  const signed = await storages.private.signPut(key, SAMPLE.ticket);
  try {
    return expectRefusal(await sendRequest(change(uploadRequest(signed), otherKey)), acceptedMessage);
  } finally {
    await storages.private.removeMany([key, otherKey]);
  }
}

async function checkExpiry(context: ProbeContext): Promise<CheckResult> {
  const { settings, clock, storages, newKey } = context;
  const earlier = { now: () => new Date(clock.now().getTime() - 600_000) };
  const bucket = settings.buckets.private;
  // Credentials without an expiration, because this storage signs in the past.
  const { accessKeyId, secretAccessKey, sessionToken } = await context.credentials();
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const past = createS3Storage({ ...settings, class: "private", bucket, credentials, clock: earlier });
  const key = newKey();
  try {
    const response = await sendRequest(uploadRequest(await past.signPut(key, SAMPLE.ticket)));
    return expectRefusal(response, "The store accepted a ticket that expired nine minutes ago.");
  } finally {
    await storages.private.remove(key);
  }
}
