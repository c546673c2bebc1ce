import { z } from "zod";
import { isDuration } from "./calendar";

/** Letters and digits, lower case first: a name is a key in JSON, in URLs and in the database. */
const nameSchema = z.string().regex(/^[a-z][a-zA-Z0-9]{0,62}$/, "must be a camelCase name");
const labelSchema = z.string().trim().min(1, "must not be empty");
const bytesSchema = z.number().int().positive("must be above 0");
const durationSchema = z
  .string()
  .refine(isDuration, { error: ({ input }) => `"${input}" is no ISO 8601 duration, such as P3Y` });

const factBase = { name: nameSchema, label: labelSchema, required: z.boolean() };

/** What a reviewer records from a document. */
export const factSchema = z.discriminatedUnion("kind", [
  z.strictObject({ ...factBase, kind: z.enum(["text", "check"]) }),
  z.strictObject({
    ...factBase,
    kind: z.literal("date"),
    /** Which dates the form accepts, seen from today. Default: "past", today included. */
    when: z.enum(["past", "future", "any"]).optional(),
    /** This is the date of issue: `validFor` and a retention from "issue" count from it. */
    issueDate: z.literal(true).optional(),
  }),
]);

/** Why a reviewer does not approve. The member reads the label. */
export const reasonSchema = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9_]{0,59}$/, "must be a snake_case code"),
  label: labelSchema,
  /** A review outcome that needs a reason; lib/review checks that it exists. */
  outcome: z.string().regex(/^[a-z][a-z_]{0,59}$/, "must be the name of a review outcome"),
});

/** The event from which on we keep a file, and for how long. */
export const retentionSchema = z.strictObject({
  from: z.enum(["decision", "submission", "issue", "superseded", "leaving"]),
  for: durationSchema,
});

/**
 * The properties of a file field. The type `Field` derives from this schema, and `declareFields`
 * checks each declaration against it. Rules between properties are in `conflicts.ts`.
 */
export const fieldSchema = z.strictObject({
  /** Part of the HTTP contract and of each row: never rename it. */
  name: nameSchema,
  label: labelSchema,
  /** Why we ask for the file and what a good one looks like, in one or two sentences. */
  help: labelSchema,
  /**
   * What the organisation needs the file for, as one sentence. The papers on data protection say
   * it. Required for a private field.
   */
  purpose: labelSchema.optional(),
  /**
   * Whom we ask for it: every member, or only those whom an admin asks. A member can send a file
   * either way. Only for a private field. Default: "everyone".
   */
  asked: z.enum(["everyone", "on request"]).optional(),
  /** Storage class of the committed bytes. */
  storage: z.enum(["public", "private"]),
  /** Who sets the visibility flag: the declaration ("fixed") or the owner. */
  visibility: z.enum(["fixed", "owner"]),
  /** True: a member has several files. False: a new file supersedes the earlier one. */
  many: z.boolean(),
  /** Media types, as detected from the bytes. */
  accept: z
    .array(z.enum(["image/jpeg", "image/png", "image/webp", "application/pdf"]))
    .min(1, "must name at least one media type")
    .readonly(),
  /** Bytes. */
  maxSize: bytesSchema,
  /** Bytes. A larger file is a multipart upload. */
  partSize: bytesSchema,
  /** Whether a reviewer decides on each file. */
  reviewed: z.boolean(),
  /** The reasons to choose from when the reviewer does not approve. */
  reasons: z.array(reasonSchema).readonly(),
  /**
   * What a public page may say about an approval, such as "DBS certificate checked", if the member
   * chooses so. Without it, no page says that the member has such a document.
   */
  badge: labelSchema.max(60, "must have at most 60 characters").optional(),
  /** What the reviewer records. Facts outlive the bytes. */
  facts: z.array(factSchema).readonly(),
  /** How long an approval is valid, from the fact with `issueDate`, else from the decision. */
  validFor: durationSchema.optional(),
  /** Instead of `validFor`: the date fact that is the end of the approval. */
  validUntil: z.strictObject({ fact: z.string() }).optional(),
  /** How long we keep the bytes. Required for a private field. The retention job destroys them. */
  retention: retentionSchema
    .extend({
      /**
       * Why the law makes us keep an accepted file until its date, in words for its owner. Then the
       * file stays when its owner asks us to erase the account.
       */
      legalBasis: labelSchema.max(200, "must have at most 200 characters").optional(),
    })
    .optional(),
  /**
   * How long we keep a file that no reviewer approves, from its upload or the last decision, if the
   * retention counts from something else. Default: P1Y.
   */
  undecidedFor: durationSchema.optional(),
  /** Whether people with a grant may download the original. */
  download: z.boolean(),
  /** Whether each page image shows the viewer's name. */
  watermark: z.boolean(),
  /** How many reviewers must agree. Only 1: no code asks a second reviewer yet. */
  reviewers: z.literal(1, "must be 1: no code asks a second reviewer yet"),
});
