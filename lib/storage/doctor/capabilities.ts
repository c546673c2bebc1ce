import { nameOf, statusOf } from "../s3/errors";
import { type Patient, PROBE, probe } from "./patient";
import type { Capability } from "./report";
import { type Answer, accepted, ask, refused } from "./request";

type Trial = {
  name: string;
  title: string;
  held: string;
  missing: string;
  tried: () => Promise<boolean | null>;
};

const other = probe(PROBE.bytes.toString().toUpperCase());

/** What stores differ in, tried. Nothing here makes a storage unhealthy: the application covers each by itself, and the words say how. */
export async function capabilities(patient: Patient, patience: number): Promise<Capability[]> {
  return Promise.all(
    trials(patient).map(async ({ name, title, held, missing, tried }) => {
      const late = new Promise<null>((resolve) => setTimeout(resolve, patience, null).unref());
      const answer = await Promise.race([tried().catch(() => null), late]);
      const means =
        answer === null
          ? "It could not be told; the application counts on nothing here."
          : answer
            ? held
            : missing;
      return { name, title, held: answer, means };
    }),
  );
}

function trials(patient: Patient): Trial[] {
  const { connection, place } = patient;
  const { sdk, client } = connection;
  const Bucket = place.buckets.private;
  return [
    {
      name: "checksum",
      title: "Compares a file with the SHA-256 of its ticket",
      held: "Altered bytes are refused on arrival.",
      missing:
        "Altered bytes arrive; the application reads the file once more and refuses them on completion.",
      tried: () => withKey(patient, async (key) => wasRefused(await sendOther(patient, key))),
    },
    {
      name: "vouches",
      title: "Vouches for a file's SHA-256 afterwards",
      held: "Completion asks the store and does not read the file.",
      missing: "Completion reads the whole file once to know its SHA-256.",
      tried: () => withKey(patient, (key) => vouches(patient, key)),
    },
    {
      name: "create-only",
      title: "Never overwrites where asked not to (If-None-Match on PUT)",
      held: "A ticket that was used cannot be used again.",
      missing:
        "A ticket can be used again while it lives; what was accepted lies at another address and stays as it is.",
      tried: () =>
        withKey(patient, async (key) => {
          await sendRight(patient, key);
          return (await sendRight(patient, key)).status === 412;
        }),
    },
    {
      name: "copy-create-only",
      title: "Never overwrites by a copy where asked not to",
      held: "Two copies to one address cannot both succeed.",
      missing: "The application looks before it copies; every copy has an address of its own.",
      tried: () => withKey(patient, (key) => copyTwice(patient, key)),
    },
    {
      name: "part-checksum",
      title: "Compares each part with its SHA-256",
      held: "An altered part is refused on arrival, and sent again.",
      missing: "An altered part is found on completion only, and the whole file is to be sent again.",
      tried: () => withKey(patient, (key) => refusesOtherPart(patient, key)),
    },
    {
      name: "block-public-access",
      title: "Can shut a bucket against every policy and ACL (public access block)",
      held: "A careless policy does not open the private bucket.",
      missing: "A careless policy would open the private bucket: have the doctor look after every change.",
      tried: () =>
        knows("PublicAccessBlockConfiguration", "NoSuchPublicAccessBlockConfiguration", () =>
          client.send(new sdk.GetPublicAccessBlockCommand({ Bucket })),
        ),
    },
    {
      name: "ownership-controls",
      title: "Can switch ACLs off (ownership controls)",
      held: "No ACL can open an object.",
      missing: "ACLs work; the application sets none.",
      tried: () =>
        knows("OwnershipControls", "OwnershipControlsNotFoundError", async () => {
          const { OwnershipControls } = await client.send(
            new sdk.GetBucketOwnershipControlsCommand({ Bucket }),
          );
          return { OwnershipControls: OwnershipControls?.Rules };
        }),
    },
    {
      name: "default-encryption",
      title: "Encrypts at rest by default, and says so",
      held: "Files are encrypted on the store's disks.",
      missing: "See to the encryption of the store's disks yourself.",
      tried: async () => {
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
      held: "Whoever reads past the application is in the store's log.",
      missing:
        "The application's own register knows who opened what through it; nobody knows who went past it.",
      tried: async () => {
        const answer = await client.send(new sdk.GetBucketLoggingCommand({ Bucket })).catch(refusedLooking);
        return answer === null ? null : Boolean(answer?.LoggingEnabled);
      },
    },
  ];

  function refusedLooking(error: unknown): null | undefined {
    return statusOf(error) === 403 ? null : undefined;
  }
}

async function withKey(
  { storages, newKey }: Patient,
  work: (key: string) => Promise<boolean | null>,
): Promise<boolean | null> {
  const key = newKey();
  try {
    return await work(key);
  } finally {
    await storages.private.remove(key);
  }
}

async function sendRight({ storages }: Patient, key: string) {
  const { method, url, headers } = await storages.private.signPut(key, PROBE.ticket);
  return ask({
    method,
    url,
    headers: { ...headers, "content-length": String(PROBE.bytes.length) },
    body: PROBE.bytes,
  });
}

/** As many bytes as announced, and others. */
async function sendOther({ storages }: Patient, key: string) {
  const { method, url, headers } = await storages.private.signPut(key, PROBE.ticket);
  return ask({
    method,
    url,
    headers: { ...headers, "content-length": String(other.bytes.length) },
    body: other.bytes,
  });
}

/** Null where the store answers neither yes nor no. */
function wasRefused(answer: Answer): boolean | null {
  if (accepted(answer)) return false;
  return refused(answer) ? true : null;
}

async function vouches(patient: Patient, key: string): Promise<boolean | null> {
  if (!accepted(await sendRight(patient, key))) return null;
  return (await patient.storages.private.stat(key))?.sha256 === PROBE.ticket.sha256;
}

async function copyTwice(
  { storages, connection: { sdk, client }, place }: Patient,
  key: string,
): Promise<boolean> {
  const Bucket = place.buckets.private;
  await storages.private.put(key, PROBE.bytes, PROBE.ticket);
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
    (error: unknown) => statusOf(error) === 412,
  );
}

async function refusesOtherPart(
  { storages: { private: storage } }: Patient,
  key: string,
): Promise<boolean | null> {
  const multipartId = await storage.beginParts(key, { type: PROBE.ticket.type });
  try {
    const { size, sha256 } = PROBE.ticket;
    const part = { multipartId, number: 1, size, sha256, expiresIn: 60 };
    const { method, url, headers } = await storage.signPart(key, part);
    const length = { "content-length": String(size) };
    return wasRefused(await ask({ method, url, headers: { ...headers, ...length }, body: other.bytes }));
  } finally {
    await storage.abortParts(key, multipartId);
  }
}

/** Whether a store knows a setting: by giving it, or by saying in S3's own words that it is not set. One that ignores the question answers with something else. */
async function knows(member: string, absent: string, asked: () => Promise<object>): Promise<boolean | null> {
  try {
    const answer = new Map(Object.entries(await asked())).get(member);
    return answer !== undefined;
  } catch (error) {
    if (nameOf(error) === absent) return true;
    return statusOf(error) === 403 ? null : false;
  }
}
