import { createS3Storage } from "../s3";
import type { SignedRequest } from "../storage";
import { type Patient, PROBE, probe } from "./patient";
import { type Check, failed, passed, untested, type Verdict } from "./report";
import { type Answer, type Asked, accepted, ask, refusal, refused } from "./request";

/** What comes of a request that is not the one that was signed. */
type Variation = {
  check: string;
  title: string;
  accepted: string;
  change: (whole: Whole, other: string) => Asked;
};
type Whole = Asked & { headers: Record<string, string> };

const longer = Buffer.concat([PROBE.bytes, Buffer.from("!")]);
const another = probe("something else, by its looks").ticket.sha256;

const VARIATIONS: Variation[] = [
  {
    check: "ticket-length",
    title: "A ticket takes no longer body than it says",
    accepted: "A body longer than the ticket says was taken: a ticket for a kilobyte is one for any amount.",
    change: (whole) => ({
      ...whole,
      headers: { ...whole.headers, "content-length": String(longer.length) },
      body: longer,
    }),
  },
  {
    check: "ticket-open-length",
    title: "A ticket takes no body of unsaid length",
    accepted: "A body that does not say its length was taken: a ticket for a kilobyte is one for any amount.",
    change: ({ headers: { "content-length": _, ...headers }, ...whole }) => ({
      ...whole,
      headers: { ...headers, "transfer-encoding": "chunked" },
      body: longer,
    }),
  },
  {
    check: "ticket-type",
    title: "A ticket takes no other type",
    accepted:
      "Another type than the ticket says was taken: a page of HTML could lie where a PDF was announced.",
    change: (whole) => ({ ...whole, headers: { ...whole.headers, "content-type": "text/html" } }),
  },
  {
    check: "ticket-key",
    title: "A ticket is good for one address",
    accepted: "A ticket for one file was taken for another.",
    change: (whole, other) => {
      const url = new URL(whole.url);
      url.pathname = url.pathname.replace(/doctor\/.*$/, other);
      return { ...whole, url: url.href };
    },
  },
  {
    check: "ticket-checksum",
    title: "A ticket names one checksum",
    accepted: "Another checksum than the ticket names was taken.",
    change: (whole) => ({ ...whole, headers: { ...whole.headers, "x-amz-checksum-sha256": another } }),
  },
  {
    check: "ticket-method",
    title: "A ticket is for sending, and nothing else",
    accepted: "A ticket for sending was taken for deleting.",
    change: ({ headers: { "content-length": _, ...headers }, url }) => ({ method: "DELETE", url, headers }),
  },
  {
    check: "ticket-signature",
    title: "A changed signature is worth nothing",
    accepted:
      "An address with a changed signature was taken: this store verifies none, and everybody can do everything.",
    change: (whole) => ({
      ...whole,
      url: whole.url.replace(
        /(X-Amz-Signature=.*)([0-9a-f])(&|$)/,
        (_, head, last, tail) => `${head}${last === "0" ? "1" : "0"}${tail}`,
      ),
    }),
  },
];

const MEND =
  "This store does not keep what the signature promises. Do not use it for people's papers; see what stands before it, or take another.";

/** Whether a ticket is honoured, and whether it is honoured for exactly what it says. */
export function tickets(patient: Patient): Check[] {
  const honoured = sent(patient);
  // Looked at by the first check; here it must not count as unheard.
  honoured.catch(() => undefined);
  return [
    {
      check: "ticket",
      title: "A ticket lets a file in",
      look: async () => {
        const answer = await honoured;
        return accepted(answer)
          ? passed("It does.")
          : failed(
              `The store answers ${refusal(answer)} to a file sent exactly as signed.`,
              "Our key needs `s3:PutObject`; S3_BROWSER_ENDPOINT must be the very address that browsers use, for it is signed.",
            );
      },
    },
    ...VARIATIONS.map(({ check, title, ...variation }) => ({
      check,
      title,
      look: async (): Promise<Verdict> => {
        if (!accepted(await honoured)) return untested("Not even the right ticket is taken.");
        return varied(patient, variation);
      },
    })),
    { check: "ticket-end", title: "A ticket ends", look: () => ended(patient) },
  ];
}

async function sent({ storages, newKey }: Patient) {
  const key = newKey();
  const signed = await storages.private.signPut(key, PROBE.ticket);
  try {
    return await ask(whole(signed));
  } finally {
    await storages.private.remove(key);
  }
}

async function varied(
  { storages, newKey }: Patient,
  variation: Pick<Variation, "accepted" | "change">,
): Promise<Verdict> {
  const [key, other] = [newKey(), newKey()];
  const signed = await storages.private.signPut(key, PROBE.ticket);
  try {
    const answer = await ask(variation.change(whole(signed), other));
    return judged(answer, variation.accepted, "It is refused");
  } finally {
    await storages.private.removeAll([key, other]);
  }
}

function judged(answer: Answer, wrong: string, right: string): Verdict {
  if (accepted(answer)) return failed(wrong, MEND);
  return refused(answer)
    ? passed(`${right} (${refusal(answer)}).`)
    : untested(`The store answers ${refusal(answer)}, which is neither yes nor no.`);
}

async function ended(patient: Patient): Promise<Verdict> {
  const { place, clock, storages, newKey } = patient;
  const earlier = { now: () => new Date(clock.now().getTime() - 600_000) };
  const bucket = place.buckets.private;
  // Keys that do not end by themselves, for this one signs in the past.
  const { accessKeyId, secretAccessKey, sessionToken } = await patient.credentials();
  const credentials = { accessKeyId, secretAccessKey, sessionToken };
  const past = createS3Storage({ ...place, class: "private", bucket, credentials, clock: earlier });
  const key = newKey();
  try {
    const answer = await ask(whole(await past.signPut(key, PROBE.ticket)));
    return judged(answer, "A ticket that ended nine minutes ago was taken.", "One that has ended is refused");
  } finally {
    await storages.private.remove(key);
  }
}

function whole({ method, url, headers }: SignedRequest): Whole {
  return {
    method,
    url,
    headers: { ...headers, "content-length": String(PROBE.bytes.length) },
    body: PROBE.bytes,
  };
}
