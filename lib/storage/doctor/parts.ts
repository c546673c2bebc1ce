import { type Patient, PROBE } from "./patient";
import { type Check, failed, passed, RIGHTS, untested, type Verdict } from "./report";
import { type Asked, accepted, ask, refusal, refused } from "./request";

/** Uploads in parts. One small part is enough: the last may be of any size. */
export function parts(patient: Patient): Check[] {
  return [
    {
      check: "parts",
      title: "A large file goes in parts and comes together",
      look: () => completed(patient),
    },
    {
      check: "parts-abort",
      title: "An upload in parts that is given up leaves nothing",
      look: () => aborted(patient),
    },
    {
      check: "part-length",
      title: "A part takes no longer body than was signed",
      look: () => longer(patient),
    },
  ];
}

/** An upload in parts, thrown away afterwards whatever has come of it. */
async function attempt(
  { storages: { private: storage }, newKey }: Patient,
  work: (key: string, multipartId: string) => Promise<Verdict>,
): Promise<Verdict> {
  const key = newKey();
  const multipartId = await storage.beginParts(key, { type: PROBE.ticket.type });
  try {
    return await work(key, multipartId);
  } finally {
    await storage.abortParts(key, multipartId);
    await storage.remove(key);
  }
}

async function part(
  { storages }: Patient,
  key: string,
  multipartId: string,
): Promise<Asked & { headers: Record<string, string> }> {
  const { size, sha256 } = PROBE.ticket;
  const asked = { multipartId, number: 1, size, sha256, expiresIn: 60 };
  const { method, url, headers } = await storages.private.signPart(key, asked);
  return { method, url, headers: { ...headers, "content-length": String(size) }, body: PROBE.bytes };
}

function completed(patient: Patient): Promise<Verdict> {
  const { private: storage } = patient.storages;
  return attempt(patient, async (key, multipartId) => {
    const answer = await ask(await part(patient, key, multipartId));
    if (!accepted(answer))
      return failed(`The store answers ${refusal(answer)} to a part sent exactly as signed.`, RIGHTS);
    const arrived = await storage.listParts(key, multipartId);
    if (arrived?.length !== 1 || arrived[0]?.size !== PROBE.bytes.length)
      return failed("The store does not say which parts have arrived.", RIGHTS);
    await storage.completeParts(key, multipartId, arrived);
    const size = (await storage.stat(key))?.size;
    return size === PROBE.bytes.length
      ? passed("It does.")
      : failed(
          `What has come together has ${size ?? "no"} bytes.`,
          "Take another store, or keep files below the size from which they are sent in parts.",
        );
  });
}

function aborted(patient: Patient): Promise<Verdict> {
  const { private: storage } = patient.storages;
  return attempt(patient, async (key, multipartId) => {
    await ask(await part(patient, key, multipartId));
    await storage.abortParts(key, multipartId);
    const left = (await storage.listParts(key, multipartId)) ?? (await storage.stat(key));
    return left
      ? failed("Its parts are still there: they cost, and nobody sees them.", RIGHTS)
      : passed("Its parts are gone.");
  });
}

function longer(patient: Patient): Promise<Verdict> {
  return attempt(patient, async (key, multipartId) => {
    const whole = await part(patient, key, multipartId);
    const body = Buffer.concat([PROBE.bytes, Buffer.from("!")]);
    const headers = { ...whole.headers, "content-length": String(body.length) };
    const answer = await ask({ ...whole, headers, body });
    if (accepted(answer))
      return failed(
        "A part longer than was signed was taken.",
        "This store does not keep what the signature promises. Do not use it for people's papers.",
      );
    return refused(answer)
      ? passed(`It is refused (${refusal(answer)}).`)
      : untested(`The store answers ${refusal(answer)}, which is neither yes nor no.`);
  });
}
