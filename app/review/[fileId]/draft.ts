import { DECISIONS } from "@/lib/review/decisions";
import { findOutcome, type Outcome } from "@/lib/review/outcomes";

/** The entries of a reviewer for one document that are not sent yet. */
export type Draft = {
  outcome: Outcome | null;
  reason: string;
  message: string;
  note: string;
  /** `YYYY-MM-DD`, or "" for the rule of the field. */
  validUntil: string;
  facts: Record<string, string | boolean>;
};

export const EMPTY_DRAFT: Draft = {
  outcome: null,
  reason: "",
  message: "",
  note: "",
  validUntil: "",
  facts: {},
};

type DraftStorage = Pick<Storage, "getItem" | "setItem" | "removeItem" | "key" | "length">;

const KEY_PREFIX = "desk-draft:";

/**
 * Stores drafts in the tab, so they survive an expired claim and a new sign-in. The key names the
 * reviewer and the document, so no other reviewer or document gets the draft.
 */
export class DraftStore {
  readonly #storage: DraftStorage;
  readonly #ownPrefix: string;

  constructor(storage: DraftStorage, viewerId: string) {
    this.#storage = storage;
    this.#ownPrefix = `${KEY_PREFIX}${viewerId}:`;
  }

  read(fileId: string): Draft | null {
    const text = this.#storage.getItem(this.#ownPrefix + fileId);
    return text === null ? null : parseDraft(text);
  }

  write(fileId: string, draft: Draft): void {
    if (isEmptyDraft(draft)) this.clear(fileId);
    else this.#storage.setItem(this.#ownPrefix + fileId, JSON.stringify(draft));
  }

  clear(fileId: string): void {
    this.#storage.removeItem(this.#ownPrefix + fileId);
  }

  /** Deletes the drafts of other reviewers who used this tab before. */
  clearOtherViewers(): void {
    const keys = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index) ?? "");
    for (const key of keys) {
      if (key.startsWith(KEY_PREFIX) && !key.startsWith(this.#ownPrefix)) this.#storage.removeItem(key);
    }
  }
}

/** True if nothing is written or ticked. An opened decision alone is no draft. */
export function isEmptyDraft({ reason, message, note, validUntil, facts }: Draft): boolean {
  return [reason, message, note, validUntil, ...Object.values(facts)].every((value) => !value);
}

/**
 * Parses a stored draft; null for any other text. An earlier release may have stored another
 * shape.
 */
export function parseDraft(text: string): Draft | null {
  let stored: unknown;
  try {
    stored = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(stored)) return null;
  const { outcome, reason, message, note, validUntil, facts } = stored;
  if (!isText(reason) || !isText(message) || !isText(note) || !isText(validUntil) || !isRecord(facts))
    return null;
  return {
    outcome: findOutcome(outcome) ?? null,
    reason,
    message,
    note,
    validUntil,
    facts: Object.fromEntries(
      Object.entries(facts).flatMap(([name, value]) =>
        isText(value) || typeof value === "boolean" ? [[name, value] as const] : [],
      ),
    ),
  };
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isText(value: unknown): value is string {
  return typeof value === "string";
}

/** Opens another decision. It clears the reason, because a reason belongs to one outcome. */
export function withOutcome(draft: Draft, outcome: Outcome | null): Draft {
  if (outcome === draft.outcome) return draft;
  const keepsReason = outcome === null || (!DECISIONS[outcome].needsReason && draft.reason === "");
  return { ...draft, outcome, reason: keepsReason ? draft.reason : "" };
}
