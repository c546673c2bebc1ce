import type { Statics } from "../provision/statics";
import type { StorageClass } from "../storage";
import { addressesOf, type Patient, PROBE } from "./patient";
import { type Check, failed, passed, said, untested, type Verdict, warning } from "./report";
import { accepted, ask, refusal, refused } from "./request";

/** What somebody without keys may do, tried without keys. */
export function strangers(patient: Patient): Check[] {
  const { statics } = patient.case;
  return [
    {
      check: "private-unreadable",
      title: "Nobody reads from the private bucket without leave",
      look: () => privateRead(patient),
    },
    {
      check: "private-unlistable",
      title: "Nobody lists the private bucket without leave",
      look: () => unlistable(patient, "private"),
    },
    { check: "public-readable", title: "Anybody reads public pictures", look: () => publicRead(patient) },
    {
      check: "public-unlistable",
      title: "Nobody lists the public bucket without leave",
      look: () => unlistable(patient, "public"),
    },
    { check: "unwritable", title: "Nobody writes without leave", look: () => unwritable(patient) },
    { check: "undestroyable", title: "Nobody destroys without leave", look: () => undestroyable(patient) },
    ...(statics ? amongStatics(patient, statics) : []),
  ];
}

function amongStatics(patient: Patient, statics: Statics): Check[] {
  const urls = addressesOf(statics, statics.bucket);
  // Members' files do not depend on a store that may be another and away.
  const unless = (error: unknown) => untested(`The store of static files does not answer. ${said(error)}`);
  return [
    {
      check: "static-unlistable",
      title: "Nobody lists static files without leave",
      look: () => listed(urls, "Anybody can list the static bucket, earlier builds included.").catch(unless),
    },
    {
      check: "static-unwritable",
      title: "Nobody writes among static files without leave",
      look: () => writtenAmongStatics(patient, urls).catch(unless),
    },
  ];
}

const CLOSE =
  "`npm run storage -- provision` closes it: public access blocked, no policy that lets strangers in, no ACL.";

async function privateRead({ place, storages, newKey }: Patient): Promise<Verdict> {
  const key = newKey();
  await storages.private.put(key, PROBE.bytes, PROBE.ticket);
  try {
    for (const url of addressesOf(place, place.buckets.private)) {
      const answer = await ask({ method: "GET", url: `${url}/${key}` });
      if (accepted(answer))
        return failed(
          "Anybody who knows an address reads private papers, without leave and without a trace.",
          CLOSE,
        );
      // Not found would mean that a stranger may look, and that this was not the address of what lies there.
      if (!refused(answer) || answer.status === 404)
        return failed(
          `A stranger is told ${refusal(answer)} where it should be 403.`,
          "See what stands before the store, and whether strangers may list the bucket.",
        );
    }
  } finally {
    await storages.private.remove(key);
  }
  return passed("A stranger is refused.");
}

async function unlistable({ place }: Patient, name: StorageClass): Promise<Verdict> {
  const media = name === "public" && place.mediaUrl ? [place.mediaUrl] : [];
  return listed(
    [...addressesOf(place, place.buckets[name]), ...media],
    `Anybody can list the ${name} bucket, and so finds every ${name === "public" ? "picture, those of hidden profiles too while they are there" : "paper's address"}.`,
  );
}

async function listed(urls: readonly string[], found: string): Promise<Verdict> {
  for (const url of urls) {
    for (const query of ["list-type=2&max-keys=1", "versions&max-keys=1", "uploads&max-uploads=1"]) {
      const answer = await ask({ method: "GET", url: `${url}/?${query}` });
      if (!accepted(answer) || !/<List\w+Result|<ListVersionsResult/.test(answer.body)) continue;
      return failed(
        found,
        "Take `s3:ListBucket` for everybody out of its policy, and public READ out of its ACL; `npm run storage -- provision` does both.",
      );
    }
  }
  return passed("A stranger is refused.");
}

async function publicRead({ place, storages, newKey }: Patient): Promise<Verdict> {
  const key = newKey();
  await storages.public.put(key, PROBE.bytes, PROBE.ticket);
  try {
    const url = storages.public.publicUrl(key);
    const answer = await ask({ method: "GET", url });
    if (!accepted(answer))
      return failed(
        `${new URL(url).origin} answers ${refusal(answer)}: no picture is seen.`,
        place.mediaUrl
          ? "See whether MEDIA_URL leads to the public bucket, and may read it."
          : "`npm run storage -- provision` lets anybody read single objects of the public bucket.",
      );
    if (answer.body !== PROBE.bytes.toString())
      return failed(`${new URL(url).origin} answers with something else.`, "See where MEDIA_URL leads.");
    const type = answer.headers["content-type"];
    if (type !== PROBE.ticket.type)
      return warning(
        `Pictures arrive as ${type}.`,
        "Let what stands before the bucket keep the type that the store says.",
      );
  } finally {
    await storages.public.remove(key);
  }
  return passed("They arrive, with the type that was given.");
}

async function unwritable({ place, storages, newKey }: Patient): Promise<Verdict> {
  for (const name of ["private", "public"] as const) {
    for (const url of addressesOf(place, place.buckets[name])) {
      const key = newKey();
      if (!(await written(`${url}/${key}`))) continue;
      await storages[name].remove(key);
      return failed(`Anybody can write into the ${name} bucket.`, CLOSE);
    }
  }
  return passed("A stranger is refused.");
}

async function undestroyable({ place, storages, newKey }: Patient): Promise<Verdict> {
  for (const name of ["private", "public"] as const) {
    const key = newKey();
    await storages[name].put(key, PROBE.bytes, PROBE.ticket);
    try {
      for (const url of addressesOf(place, place.buckets[name])) {
        if (accepted(await ask({ method: "DELETE", url: `${url}/${key}` })))
          return failed(`Anybody who knows an address can destroy what is in the ${name} bucket.`, CLOSE);
      }
    } finally {
      await storages[name].remove(key);
    }
  }
  return passed("A stranger is refused.");
}

async function writtenAmongStatics({ newKey }: Patient, urls: readonly string[]): Promise<Verdict> {
  for (const base of urls) {
    const url = `${base}/${newKey()}`;
    if (!(await written(url))) continue;
    const removed = accepted(await ask({ method: "DELETE", url }));
    return failed(
      `Anybody can put scripts on our pages${removed ? "" : ` (${url} could not be removed again)`}.`,
      CLOSE,
    );
  }
  return passed("A stranger is refused.");
}

async function written(url: string): Promise<boolean> {
  const headers = { "content-type": "text/plain", "content-length": "1" };
  return accepted(await ask({ method: "PUT", url, headers, body: Buffer.from("x") }));
}
