import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import { type ProbeContext, SAMPLE, createSample } from "./probe-context";
import type { Capability } from "./report";
import { type HttpResponse, isSuccess, sendRequest, isClientError } from "./http-request";

type CapabilityProbe = {
  name: string;
  title: string;
  whenSupported: string;
  whenUnsupported: string;
  run: () => Promise<boolean | null>;
};

const alteredSample = createSample(SAMPLE.bytes.toString().toUpperCase());

/** What stores differ in, tried. Nothing here makes a storage unhealthy: the application covers each by itself, and the words say how. */
export async function probeCapabilities(patient: ProbeContext, patience: number): Promise<Capability[]> {
  return Promise.all(
    capabilityProbes(patient).map(async ({ name, title, whenSupported: held, whenUnsupported: missing, run: tried }) => {
      const late = new Promise<null>((resolve) => setTimeout(resolve, patience, null).unref());
      const answer = await Promise.race([tried().catch(() => null), late]);
      const means =
        answer === null
          ? "It could not be told; the application counts on nothing here."
          : answer
            ? held
            : missing;
      return { name, title, supported: answer, means };
    }),
  );
}

function capabilityProbes(patient: ProbeContext): CapabilityProbe[] {
  const { connection, settings: place } = patient;
  const { sdk, client } = connection;
  const Bucket = place.buckets.private;
  return [
    {
      name: "checksum",
      title: "Compares a file with the SHA-256 of its ticket",
      whenSupported: "Altered bytes are refused on arrival.",
      whenUnsupported:
        "Altered bytes arrive; the application reads the file once more and refuses them on completion.",
      run: () => withTemporaryKey(patient, async (key) => isRefusal(await sendAltered(patient, key))),
    },
    {
      name: "vouches",
      title: "Vouches for a file's SHA-256 afterwards",
      whenSupported: "Completion asks the store and does not read the file.",
      whenUnsupported: "Completion reads the whole file once to know its SHA-256.",
      run: () => withTemporaryKey(patient, (key) => reportsChecksum(patient, key)),
    },
    {
      name: "create-only",
      title: "Never overwrites where asked not to (If-None-Match on PUT)",
      whenSupported: "A ticket that was used cannot be used again.",
      whenUnsupported:
        "A ticket can be used again while it lives; what was accepted lies at another address and stays as it is.",
      run: () =>
        withTemporaryKey(patient, async (key) => {
          await sendSigned(patient, key);
          return (await sendSigned(patient, key)).status === 412;
        }),
    },
    {
      name: "copy-create-only",
      title: "Never overwrites by a copy where asked not to",
      whenSupported: "Two copies to one address cannot both succeed.",
      whenUnsupported: "The application looks before it copies; every copy has an address of its own.",
      run: () => withTemporaryKey(patient, (key) => refusesCopyOverwrite(patient, key)),
    },
    {
      name: "part-checksum",
      title: "Compares each part with its SHA-256",
      whenSupported: "An altered part is refused on arrival, and sent again.",
      whenUnsupported: "An altered part is found on completion only, and the whole file is to be sent again.",
      run: () => withTemporaryKey(patient, (key) => refusesAlteredPart(patient, key)),
    },
    {
      name: "block-public-access",
      title: "Can shut a bucket against every policy and ACL (public access block)",
      whenSupported: "A careless policy does not open the private bucket.",
      whenUnsupported: "A careless policy would open the private bucket: have the doctor look after every change.",
      run: () =>
        supportsSetting("PublicAccessBlockConfiguration", "NoSuchPublicAccessBlockConfiguration", () =>
          client.send(new sdk.GetPublicAccessBlockCommand({ Bucket })),
        ),
    },
    {
      name: "ownership-controls",
      title: "Can switch ACLs off (ownership controls)",
      whenSupported: "No ACL can open an object.",
      whenUnsupported: "ACLs work; the application sets none.",
      run: () =>
        supportsSetting("OwnershipControls", "OwnershipControlsNotFoundError", async () => {
          const { OwnershipControls } = await client.send(
            new sdk.GetBucketOwnershipControlsCommand({ Bucket }),
          );
          return { OwnershipControls: OwnershipControls?.Rules };
        }),
    },
    {
      name: "default-encryption",
      title: "Encrypts at rest by default, and says so",
      whenSupported: "Files are encrypted on the store's disks.",
      whenUnsupported: "See to the encryption of the store's disks yourself.",
      run: async () => {
        const answer = await client
          .send(new sdk.GetBucketEncryptionCommand({ Bucket }))
          .catch((error: unknown) => refusedLooking(error));
        if (answer === null) return null;
        return Boolean(answer?.ServerSideEncryptionConfiguration?.Rules?.length);
      },
    },
    {
      name: "access-logging",
      title: "Keeps a log of its own of every access",
      whenSupported: "Whoever reads past the application is in the store's log.",
      whenUnsupported:
        "The application's own register knows who opened what through it; nobody knows who went past it.",
      run: async () => {
        const answer = await client.send(new sdk.GetBucketLoggingCommand({ Bucket })).catch(refusedLooking);
        return answer === null ? null : Boolean(answer?.LoggingEnabled);
      },
    },
  ];

  function refusedLooking(error: unknown): null | undefined {
    return httpStatusOf(error) === 403 ? null : undefined;
  }
}

async function withTemporaryKey(
  { storages, newKey }: ProbeContext,
  work: (key: string) => Promise<boolean | null>,
): Promise<boolean | null> {
  const key = newKey();
  try {
    return await work(key);
  } finally {
    await storages.private.remove(key);
  }
}

async function sendSigned({ storages }: ProbeContext, key: string) {
  const { method, url, headers } = await storages.private.signPut(key, SAMPLE.ticket);
  return sendRequest({
    method,
    url,
    headers: { ...headers, "content-length": String(SAMPLE.bytes.length) },
    body: SAMPLE.bytes,
  });
}

/** As many bytes as announced, and others. */
async function sendAltered({ storages }: ProbeContext, key: string) {
  const { method, url, headers } = await storages.private.signPut(key, SAMPLE.ticket);
  return sendRequest({
    method,
    url,
    headers: { ...headers, "content-length": String(alteredSample.bytes.length) },
    body: alteredSample.bytes,
  });
}

/** Null where the store answers neither yes nor no. */
function isRefusal(answer: HttpResponse): boolean | null {
  if (isSuccess(answer)) return false;
  return isClientError(answer) ? true : null;
}

async function reportsChecksum(patient: ProbeContext, key: string): Promise<boolean | null> {
  if (!isSuccess(await sendSigned(patient, key))) return null;
  return (await patient.storages.private.stat(key))?.sha256 === SAMPLE.ticket.sha256;
}

async function refusesCopyOverwrite(
  { storages, connection: { sdk, client }, settings: place }: ProbeContext,
  key: string,
): Promise<boolean> {
  const Bucket = place.buckets.private;
  await storages.private.put(key, SAMPLE.bytes, SAMPLE.ticket);
  // Onto itself is as good as onto another: it is there.
  const command = new sdk.CopyObjectCommand({
    Bucket,
    Key: key,
    CopySource: `${Bucket}/${key}`,
    MetadataDirective: "REPLACE",
    IfNoneMatch: "*",
  });
  return client.send(command).then(
    () => false,
    (error: unknown) => httpStatusOf(error) === 412,
  );
}

async function refusesAlteredPart(
  { storages: { private: storage } }: ProbeContext,
  key: string,
): Promise<boolean | null> {
  const multipartId = await storage.createMultipartUpload(key, { type: SAMPLE.ticket.type });
  try {
    const { size, sha256 } = SAMPLE.ticket;
    const part = { multipartId, number: 1, size, sha256, expiresIn: 60 };
    const { method, url, headers } = await storage.signPart(key, part);
    const length = { "content-length": String(size) };
    return isRefusal(await sendRequest({ method, url, headers: { ...headers, ...length }, body: alteredSample.bytes }));
  } finally {
    await storage.abortMultipartUpload(key, multipartId);
  }
}

/** Whether a store knows a setting: by giving it, or by saying in S3's own words that it is not set. One that ignores the question answers with something else. */
async function supportsSetting(member: string, absent: string, asked: () => Promise<object>): Promise<boolean | null> {
  try {
    const answer = new Map(Object.entries(await asked())).get(member);
    return answer !== undefined;
  } catch (error) {
    if (errorNameOf(error) === absent) return true;
    return httpStatusOf(error) === 403 ? null : false;
  }
}
