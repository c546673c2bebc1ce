import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Field } from "../fields/field";
import { fields } from "../fields/fields";
import { medicalLetter } from "../fields/medical-letter";
import { declareFields } from "../fields/registry";
import { createReviewFixture, type ReviewFixture } from "../review/testing/review-fixture";
import type { Paper, PaperInput } from "./paper";
import { loadPapers, writePapers } from "./papers";
import { putDeclaredRulesInForce } from "./rules";

const passport: Field = {
  ...medicalLetter,
  name: "passport",
  label: "Passport",
  purpose: "To know who the person is.",
  retention: { from: "decision", for: "P40D" },
};
const inForce = { from: "decision", for: "P20D", undecidedFor: "P1Y", issueFact: null } as const;
const storage = { driver: "local", folder: "/x", baseUrl: "http://localhost", secret: "" } as const;
const input: PaperInput = {
  fields: declareFields([...fields.values(), passport]),
  rules: [{ field: "passport", inForce, declared: inForce }],
  records: [],
  limits: { backupDays: 45, readUrlTtl: 60 },
  timeZone: "Europe/Lisbon",
  storage,
};

/** All words of a paper. */
function wordsOf({ lead, parts }: Paper): string {
  return JSON.stringify([lead, parts]);
}

/** All words of the three papers, which differ from the input above in this. */
function wordsWith(changes: Partial<PaperInput>): string[] {
  return writePapers({ ...input, ...changes }).map(wordsOf);
}

describe("the papers", () => {
  test("contain a new field with purpose and rule", () => {
    expect(writePapers(input).map(({ id }) => id)).toEqual(["schedule", "notice", "processing"]);
    for (const words of wordsWith({})) {
      expect(words).toContain("Passport");
      expect(words).toContain("To know who the person is.");
      expect(words).toContain("Deleted 20 days after the decision; without a decision one year");
    }
  });

  test("say why a law keeps a file after an erasure", () => {
    const legalBasis = "A law on borders says so.";
    const kept: Field = { ...passport, retention: { from: "decision", for: "P40D", legalBasis } };
    for (const words of wordsWith({ fields: declareFields([kept]) }))
      expect(words).toContain("also if the member erases the account. A law on borders says so.");
  });

  test("show the rule in force until the declared one is confirmed", () => {
    const declared = { from: "decision", for: "P40D", undecidedFor: "P1Y", issueFact: null } as const;
    const [schedule = "", ...others] = wordsWith({ rules: [{ field: "passport", inForce, declared }] });
    expect(schedule).toContain('"To know who the person is.","Deleted 20 days');
    expect(schedule).toContain("Passport: Deleted 40 days after the decision");
    for (const words of others) {
      expect(words).toContain("Deleted 20 days");
      expect(words).not.toContain("Deleted 40 days");
    }
  });

  test("name a field that only has a rule", () => {
    for (const words of wordsWith({ rules: [{ field: "reference", inForce }] })) {
      expect(words).toContain("[Purpose of reference]");
      expect(words).toContain("Deleted 20 days");
    }
  });

  test("list other records", () => {
    const records = [{ title: "Mails", what: "Which mails", why: "Sent once", kept: "30 days" }];
    for (const words of wordsWith({ records })) expect(words).toContain("Which mails");
  });

  test("take days, time zone, store and mail server from the settings", () => {
    const s3 = {
      driver: "s3",
      buckets: { public: "a", private: "b" },
      region: "eu-west-2",
      forcePathStyle: false,
    } as const;
    const mail = {
      appUrl: "https://dossier.example",
      from: { name: "Dossier", address: "no-reply@dossier.example" },
      transport: { kind: "smtp", url: "smtps://user:sesame@smtp.example.net" },
      secret: "",
    } as const;
    const [schedule, notice, processing] = wordsWith({ storage: s3, mail });
    expect(schedule).toContain("kept for 45 days");
    expect(schedule).toContain("Europe/Lisbon");
    for (const words of [notice, processing]) {
      expect(words).toContain("in the region eu-west-2");
      expect(words).toContain("smtp.example.net");
      expect(words).not.toContain("sesame");
    }
  });

  test("leave to the organisation what the software cannot know", () => {
    for (const words of wordsWith({})) expect(words).toContain("[Name of the organisation]");
  });
});

describe("the papers of an installation", () => {
  let fixture: ReviewFixture;
  beforeAll(async () => {
    fixture = await createReviewFixture();
  });
  afterAll(() => fixture.drop());

  test("read the rule in force from the database", async () => {
    const { context } = fixture;
    await context.db.$transaction((tx) => putDeclaredRulesInForce(tx, context));
    const load = async () => (await loadPapers(context, storage)).map(wordsOf).join();
    expect(await load()).toContain("Deleted 30 days after the decision");
    await context.db.retentionRule.update({ where: { field: "medicalLetter" }, data: { for: "P99D" } });
    expect(await load()).toContain("Deleted 99 days after the decision");
    expect(await load()).toContain("Medical letter: Deleted 30 days after the decision");
  });
});
