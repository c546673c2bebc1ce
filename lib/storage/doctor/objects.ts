import { buffer } from "node:stream/consumers";
import type { Statics } from "../provision/statics";
import { connect } from "../s3/client";
import { statusOf } from "../s3/errors";
import { CLASSES, type Patient, PROBE, probe } from "./patient";
import { type Check, failed, passed, RIGHTS, said, type Verdict, warning } from "./report";
import { accepted, ask, refusal, refused } from "./request";

/** What the server does with objects, and what a signed address for reading does. */
export function objects(patient: Patient): Check[] {
  const { statics } = patient.case;
  return [
    ...(statics
      ? [
          {
            check: "static-apart",
            title: "Our keys write nothing among static files",
            look: () => staticApart(patient, statics),
          },
        ]
      : []),
    {
      check: "write-read-remove",
      title: "We write, read and destroy in both buckets",
      look: () => whole(patient),
    },
    { check: "range", title: "The store sends part of a file", look: () => range(patient) },
    { check: "copy", title: "The store copies a file by itself", look: () => copy(patient) },
    {
      check: "read-address",
      title: "A signed address opens one file, as what we say it is",
      look: () => read(patient),
    },
    {
      check: "lifetime",
      title: "Signed addresses end no later than the keys that signed them",
      look: () => lifetime(patient),
    },
  ];
}

async function whole({ storages, newKey }: Patient): Promise<Verdict> {
  for (const name of CLASSES) {
    const [storage, key] = [storages[name], newKey()];
    await storage.put(key, PROBE.bytes, PROBE.ticket);
    const found = await storage.read(key).then(buffer);
    await storage.remove(key);
    if (!found.equals(PROBE.bytes))
      return failed(
        `The ${name} bucket gives back other bytes.`,
        "Take another store: this one loses files.",
      );
    if (await storage.stat(key))
      return failed(
        `What was destroyed in the ${name} bucket is still there.`,
        `Our key needs \`s3:DeleteObject\`. ${RIGHTS}`,
      );
  }
  return passed("We do, and what is destroyed is gone.");
}

/** With our own keys, whatever store the bucket is in. */
async function staticApart({ credentials, newKey }: Patient, statics: Statics): Promise<Verdict> {
  const { bucket: Bucket } = statics;
  const Key = newKey();
  const { sdk, client } = await connect(statics, credentials, { maxAttempts: 1 });
  try {
    await client.send(new sdk.PutObjectCommand({ Bucket, Key, Body: "x" }));
    await client.send(new sdk.DeleteObjectCommand({ Bucket, Key }));
  } catch (error) {
    if (statusOf(error) === 403) return passed("They are refused there.");
    return warning(
      `The static bucket ${Bucket} cannot be tried. ${said(error)}`,
      "`npm run storage -- provision` makes it; or mend its name, and the STATIC_S3_* that say where it is.",
    );
  } finally {
    client.destroy();
  }
  return warning(
    "They do: whoever holds them can put scripts on our pages.",
    "Give the application keys of its own, with the policy that `npm run storage -- provision --dry-run` prints for it.",
  );
}

async function range({ storages: { private: storage }, newKey }: Patient): Promise<Verdict> {
  const key = newKey();
  await storage.put(key, PROBE.bytes, PROBE.ticket);
  try {
    const found = await storage.read(key, { start: 5, end: 9 }).then(buffer);
    return found.equals(PROBE.bytes.subarray(5, 10))
      ? passed("It sends the bytes that are asked for.")
      : failed(
          "It sends other bytes than are asked for.",
          "Large files are inspected in parts. Take another store.",
        );
  } finally {
    await storage.remove(key);
  }
}

async function copy({ storages, newKey }: Patient): Promise<Verdict> {
  const [key, target] = [newKey(), newKey()];
  const { private: from, public: to } = storages;
  await from.put(key, PROBE.bytes, PROBE.ticket);
  try {
    await from.copy(key, to, target, PROBE.ticket);
    const found = await to.read(target).then(buffer);
    return found.equals(PROBE.bytes)
      ? passed("It does, from one bucket to the other.")
      : failed("The copy has other bytes.", "No upload would be accepted. Take another store.");
  } finally {
    await from.remove(key);
    await to.remove(target);
  }
}

async function read({ storages: { private: storage }, newKey }: Patient): Promise<Verdict> {
  const [key, beside] = [newKey(), newKey()];
  const { bytes, ticket } = probe("<script>alert(1)</script>");
  await storage.put(key, bytes, { ...ticket, type: "text/html" });
  try {
    const shown = {
      type: "application/pdf",
      disposition: "attachment",
      name: "a.pdf",
      expiresIn: 60,
    } as const;
    const url = await storage.signGet(key, shown);
    const answer = await ask({ method: "GET", url });
    if (!accepted(answer))
      return failed(
        `The store answers ${refusal(answer)}.`,
        "Our key needs `s3:GetObject`; S3_BROWSER_ENDPOINT must be the very address that browsers use, for it is signed.",
      );
    const {
      "content-type": type,
      "content-disposition": disposition,
      "cache-control": cache,
    } = answer.headers;
    if (type !== shown.type || !disposition?.startsWith("attachment"))
      return failed(
        `The file comes as ${type}, ${disposition ?? "to be shown"}, whatever the address says.`,
        "The store, or what stands before it, ignores signed `response-…` parameters: what was sent as a page of HTML would be shown as one.",
      );
    const other = await ask({ method: "GET", url: url.replace(key, beside) });
    if (!refused(other) || other.status === 404)
      return failed(
        `The same signature on another address is answered ${refusal(other)}.`,
        "Take another store: this one does not verify signatures.",
      );
    return cache?.includes("no-store")
      ? passed("It does, with the type and name that were signed, and for no cache.")
      : warning(
          `The answer may be kept by caches (${cache ?? "nothing is said"}).`,
          "Let what stands before the store keep `Cache-Control`.",
        );
  } finally {
    await storage.remove(key);
  }
}

async function lifetime({ case: given, storages, clock, credentials, newKey }: Patient): Promise<Verdict> {
  const { expiration } = await credentials();
  const { expiresAt } = await storages.private.signPut(newKey(), {
    ...PROBE.ticket,
    expiresIn: given.uploadTtl,
  });
  if (!expiration) return passed("The keys do not end.");
  if (expiresAt > expiration)
    return failed(
      "An address promises more time than its keys have.",
      "This is a defect of ours; please report it.",
    );
  const minutes = Math.floor((expiration.getTime() - clock.now().getTime()) / 60_000);
  return minutes * 60 < given.uploadTtl
    ? warning(
        `The keys end in ${minutes} minutes, and every ticket with them; UPLOAD_TTL would be ${Math.round(given.uploadTtl / 60)}.`,
        "Let the role's sessions last longer, or be content: who is slower gets a new ticket.",
      )
    : passed(`The keys end in ${minutes} minutes, and no address lives longer.`);
}
