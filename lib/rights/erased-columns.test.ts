import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

// What an erasure does with each table and column. A new model, or a new column of a row that can
// outlive its person, fails here until it is listed: decide first what the erasure does with it.

/** The rows of these models go with the row of another one. The test reads that in the schema. */
const DELETED_WITH: Record<string, string> = {
  Session: "User",
  Account: "User",
  Grant: "User",
  Passkey: "User",
  Authenticator: "User",
  BackupCode: "User",
  PersonTerm: "User",
  Upload: "User",
  UploadPart: "Upload",
  Request: "User",
  TrailPersonal: "PersonKey",
};

const NO_PERSON = "it says nothing about a person";
const ID = "an id, which leads to no person any more";
const WITH_FILE = "deleted with the file; it stays with a file that a hold or a legal rule keeps";

/** Columns of rows that can outlive the person, by what happens to them, or why they stay. */
const FATES: Record<string, Record<string, string[]>> = {
  User: {
    "replaced by nothing about the person, as long as files stay": ["name", "email", "handle"],
    "emptied as long as files stay": [
      ...["headline", "bio", "pronouns", "location", "languages", "links", "visibility", "role"],
      ...["workName", "badges"],
    ],
    "always null": ["image"],
    [ID]: ["id"],
    "dates and marks of the account that ended": [
      ...["leftAt", "returnedAt", "erasureDueAt", "erasureStartedAt", "erasedAt", "createdAt", "updatedAt"],
      ...[
        "emailVerified",
        "demo",
        "mailOff",
        "hasSecondFactor",
        "suspendedAt",
        "letGo",
        "openUploads",
        "storedBytes",
      ],
    ],
  },
  File: {
    [WITH_FILE]: [
      ...[
        "id",
        "ownerId",
        "field",
        "name",
        "type",
        "size",
        "sha256",
        "prefix",
        "visibility",
        "status",
        "slot",
      ],
      ...[
        "version",
        "pages",
        "pageTiles",
        "missingLetters",
        "undrawnPages",
        "width",
        "height",
        "placeholder",
        "alt",
      ],
      ...[
        "crop",
        "variants",
        "cut",
        "unsettledSince",
        "decidedAt",
        "reason",
        "message",
        "facts",
        "validUntil",
      ],
      ...["supersededAt", "keepUntil", "purgedAt", "createdAt", "claimedAt"],
    ],
    "emptied when the erasure starts": ["claimById", "claimUntil", "publicPrefix"],
  },
  Decision: {
    [WITH_FILE]: [
      ...["id", "fileId", "outcome", "reason", "message", "note", "facts", "sha256", "validUntil", "before"],
      "createdAt",
    ],
    "emptied for a reviewer who is erased": ["byId"],
  },
  Access: {
    [WITH_FILE]: ["id", "fileId", "intent", "at"],
    "emptied for a person who is erased": ["byId", "address", "userAgent"],
    "emptied on the person's own files; other owners keep who opened theirs": [
      "byName",
      "byRole",
      "byShortId",
    ],
  },
  Hold: {
    "deleted with the file or the member": ["id", "fileId", "memberId", "reason", "releaseReason"],
    [ID]: ["byId", "releasedById"],
    [NO_PERSON]: ["createdAt", "releasedAt"],
  },
  Receipt: {
    "the proof of the deletion, without a name": [
      ...["fileId", "field", "sha256", "reason", "ruleFrom", "ruleFor", "objects", "destroyedAt"],
      ...["backupsGoneAt", "trailSeq", "trailHash"],
    ],
  },
  RetentionRule: {
    [NO_PERSON]: ["field", "from", "for", "undecidedFor", "issueFact", "since", "undatedAfter"],
    "emptied when the erasure starts": ["proposedById", "proposedRule"],
  },
  RetentionRun: {
    [NO_PERSON]: [
      ...["id", "startedAt", "endedAt", "replayed", "dated", "expired", "ended"],
      ...["destroyed", "removed", "failed", "left"],
    ],
  },
  Verification: {
    "deleted when the erasure starts": [
      ...["id", "identifier", "value", "expiresAt", "createdAt", "updatedAt"],
    ],
  },
  OneTimeLink: {
    "deleted when the erasure starts": [
      ...["id", "purpose", "personId", "invitationId", "email", "expiresAt", "createdAt"],
    ],
  },
  Invitation: {
    "deleted when the erasure of this address starts, or at the end of its life": [
      ...["id", "email", "name", "role", "fields", "expiresAt", "createdAt"],
    ],
    "emptied for an admin who is erased": ["invitedById"],
  },
  Mail: {
    "deleted with the person": ["recipientId"],
    "emptied at the end of the link": ["linkId"],
    [NO_PERSON]: [
      ...["id", "template", "key", "detail", "state", "dueAt", "retryAt", "tries", "firstTriedAt"],
      ...["reason", "endedAt", "createdAt"],
    ],
  },
  Throttle: {
    "a hash of the address, deleted at the end of the window: 15 minutes": ["key", "count", "windowEndsAt"],
  },
  Purge: {
    "deleted with the bytes, which an erasure waits for": [
      ...["id", "storage", "prefix", "dueAt", "fileId", "reason", "objects", "multipartId", "addresses"],
      ...["tries", "retryAt", "createdAt"],
    ],
  },
  Trail: {
    [ID]: ["byId", "subjectId", "personId", "chainId"],
    "the chain needs it, and it has no personal data": [
      ...["seq", "at", "event", "detail", "personHash", "position", "hash"],
    ],
  },
  TrailHead: { [NO_PERSON]: ["chainId", "position", "seq", "hash", "mac", "unpublished"] },
  TrailPublishedHeads: { [NO_PERSON]: ["number", "at", "heads", "mac"] },
  PersonKey: { "deleted when the erasure starts, and again at its end": ["personId", "key"] },
};

type Model = { name: string; columns: string[]; body: string };

/** Reads the models of the schema with their columns. A relation is no column. */
function readModels(): Model[] {
  const schema = readFileSync("prisma/schema.prisma", "utf8");
  const found = [...schema.matchAll(/^model (\w+) \{\n([\s\S]*?)^\}/gm)];
  const names = new Set(found.map(([, name]) => name));
  return found.map(([, name = "", body = ""]) => {
    const fields = [...body.matchAll(/^ {2}(\w+)\s+(\w+)/gm)];
    const columns = fields.flatMap(([, column = "", type]) => (names.has(type) ? [] : [column]));
    return { name, columns, body };
  });
}

const MODELS = readModels();

test("the test reads the schema", () => {
  expect(MODELS.find(({ name }) => name === "Grant")?.columns).toEqual(["userId", "field", "createdAt"]);
});

test("every model has a fate, and none is gone", () => {
  const listed = [...Object.keys(DELETED_WITH), ...Object.keys(FATES)];
  expect(listed.toSorted()).toEqual(MODELS.map(({ name }) => name).toSorted());
});

test.each(Object.entries(DELETED_WITH))("each row of %s is deleted with a row of %s", (name, parent) => {
  const { body = "" } = MODELS.find((model) => model.name === name) ?? {};
  expect(body).toMatch(new RegExp(`^ {2}\\w+ +${parent} +@relation\\([^\\n]*onDelete: Cascade\\)`, "m"));
});

test.each(Object.entries(FATES))("every column of %s has one fate", (name, fates) => {
  const { columns = [] } = MODELS.find((model) => model.name === name) ?? {};
  expect(Object.values(fates).flat().toSorted()).toEqual(columns.toSorted());
});
