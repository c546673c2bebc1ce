import { errorNameOf, httpStatusOf } from "../../storage/s3/errors";
import { type HttpResponse, isClientError, isSuccess, sendRequest } from "../http-prober";
import { createSample, type ProbeContext, SAMPLE, uploadRequest } from "./probe-context";
import type { Capability } from "./report";

type CapabilityProbe = {
  name: string;
  title: string;
  whenSupported: string;
  whenUnsupported: string;
  run: () => Promise<boolean | null>;
};

const alteredSample = createSample(SAMPLE.bytes.toString().toUpperCase());

/** Tests optional abilities of the store. None of them makes a storage unhealthy. */
export async function probeCapabilities(context: ProbeContext, timeoutMs: number): Promise<Capability[]> {
  return Promise.all(
    capabilityProbes(context).map(async ({ name, title, whenSupported, whenUnsupported, run }) => {
      const timeout = new Promise<null>((resolve) => setTimeout(resolve, timeoutMs, null).unref());
      const supported = await Promise.race([run().catch(() => null), timeout]);
      const unknown = "The doctor could not test it; the application does not rely on it.";
      const means = supported === null ? unknown : supported ? whenSupported : whenUnsupported;
      return { name, title, supported, means };
    }),
  );
}

function capabilityProbes(context: ProbeContext): CapabilityProbe[] {
  const { connection, settings } = context;
  const { sdk, client } = connection;
  const Bucket = settings.buckets.private;
  return [
    {
      name: "checksum",
      title: "Compares an upload with the SHA-256 of its ticket",
      whenSupported: "The store rejects altered bytes.",
      whenUnsupported: "The store accepts altered bytes; the application rejects them on completion.",
      run: () =>
        withTemporaryKey(context, async (key) => isRefusal(await sendPut(context, key, alteredSample))),
    },
    {
      name: "vouches",
      title: "Returns the SHA-256 of an object",
      whenSupported: "Completion requests the SHA-256 and does not read the file.",
      whenUnsupported: "Completion reads the complete file once to compute its SHA-256.",
      run: () => withTemporaryKey(context, (key) => reportsChecksum(context, key)),
    },
    {
      name: "create-only",
      title: "Does not overwrite with If-None-Match on PUT",
      whenSupported: "A ticket cannot be used a second time.",
      whenUnsupported:
        "A ticket can be used again until it expires; accepted files are stored at another key and do not change.",
      run: () =>
        withTemporaryKey(context, async (key) => {
          await sendPut(context, key);
          return (await sendPut(context, key)).status === 412;
        }),
    },
    {
      name: "copy-create-only",
      title: "Does not overwrite with If-None-Match on copy",
      whenSupported: "Two copies to one key cannot both succeed.",
      whenUnsupported: "The application checks before it copies; every copy has a key of its own.",
      run: () => withTemporaryKey(context, (key) => refusesCopyOverwrite(context, key)),
    },
    {
      name: "part-checksum",
      title: "Compares each part with its SHA-256",
      whenSupported: "The store rejects an altered part, and the browser sends it again.",
      whenUnsupported:
        "The application finds an altered part on completion, and the member uploads the file again.",
      run: () => withTemporaryKey(context, (key) => refusesAlteredPart(context, key)),
    },
    {
      name: "block-public-access",
      title: "Can block every public policy and ACL of a bucket (public access block)",
      whenSupported: "A wrong policy does not open the private bucket.",
      whenUnsupported: "A wrong policy opens the private bucket: run the doctor after every change.",
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
      title: "Encrypts objects at rest by default, and returns the setting",
      whenSupported: "Files are encrypted on the store's disks.",
      whenUnsupported: "Encrypt the store's disks yourself.",
      run: async () => {
        const response = await client
          .send(new sdk.GetBucketEncryptionCommand({ Bucket }))
          .catch(nullIfForbidden);
        if (response === null) return null;
        return Boolean(response?.ServerSideEncryptionConfiguration?.Rules?.length);
      },
    },
    {
      name: "access-logging",
      title: "Logs every access",
      whenSupported: "The store's log contains accesses that bypass the application.",
      whenUnsupported: "The application logs accesses through it; no log contains those that bypass it.",
      run: async () => {
        const response = await client
          .send(new sdk.GetBucketLoggingCommand({ Bucket }))
          .catch(nullIfForbidden);
        return response === null ? null : Boolean(response?.LoggingEnabled);
      },
    },
  ];
}

function nullIfForbidden(error: unknown): null | undefined {
  return httpStatusOf(error) === 403 ? null : undefined;
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

/** Sends the bytes of `sample` with the ticket of `SAMPLE`; both have the same length. */
async function sendPut({ storages }: ProbeContext, key: string, sample = SAMPLE): Promise<HttpResponse> {
  return sendRequest(uploadRequest(await storages.private.signPut(key, SAMPLE.ticket), sample));
}

/** Null if the store neither accepts nor rejects. */
function isRefusal(response: HttpResponse): boolean | null {
  if (isSuccess(response)) return false;
  return isClientError(response) ? true : null;
}

async function reportsChecksum(context: ProbeContext, key: string): Promise<boolean | null> {
  if (!isSuccess(await sendPut(context, key))) return null;
  return (await context.storages.private.stat(key))?.sha256 === SAMPLE.ticket.sha256;
}

async function refusesCopyOverwrite(
  { storages, connection: { sdk, client }, settings }: ProbeContext,
  key: string,
): Promise<boolean> {
  const Bucket = settings.buckets.private;
  await storages.private.put(key, SAMPLE.bytes, SAMPLE.ticket);
  // A copy onto itself is enough: the target exists.
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
    return isRefusal(await sendRequest(uploadRequest(await storage.signPart(key, part), alteredSample)));
  } finally {
    await storage.abortMultipartUpload(key, multipartId);
  }
}

/**
 * Whether a store supports a setting: it returns it, or S3's error for an absent one.
 * A store that ignores the query parameter returns something else.
 */
async function supportsSetting(
  member: string,
  absent: string,
  read: () => Promise<object>,
): Promise<boolean | null> {
  try {
    return new Map(Object.entries(await read())).get(member) !== undefined;
  } catch (error) {
    if (errorNameOf(error) === absent) return true;
    return httpStatusOf(error) === 403 ? null : false;
  }
}
