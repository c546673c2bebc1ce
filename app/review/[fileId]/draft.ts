import { DECISIONS } from "@/lib/review/decisions";
import { findOutcome, type Outcome } from "@/lib/review/outcomes";

/** What a reviewer has written about one document and not sent yet. */
export type Draft = {
  outcome: Outcome | null;
  reason: string;
  message: string;
  note: string;
  /** `YYYY-MM-DD`, or "" for what the field says. */
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
 * Drafts live in the tab: they outlast an expired claim and signing in again, and go with the tab. A draft belongs to one person and one
 * document, so that neither another reviewer at this machine nor another document ever meets it.
 */
export class DraftStore {
  readonly #storage: DraftStorage;
  readonly #ownPrefix: string;

  constructor(keeper: DraftStorage, viewerId: string) {
    this.#storage = keeper;
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

  /** What somebody else who was signed in here before has left. */
  clearOtherViewers(): void {
    const keys = Array.from({ length: this.#storage.length }, (_, index) => this.#storage.key(index) ?? "");
    for (const key of keys) {
      if (key.startsWith(KEY_PREFIX) && !key.startsWith(this.#ownPrefix)) this.#storage.removeItem(key);
    }
  }
}

/** Whether nothing has been written or ticked: an opened decision alone is nothing to keep. */
export function isEmptyDraft({ reason, message, note, validUntil, facts }: Draft): boolean {
  return [reason, message, note, validUntil, ...Object.values(facts)].every((value) => !value);
}

/** A draft as this browser kept it; null for anything else. An earlier release may have kept another shape. */
export function parseDraft(text: string): Draft | null {
  let kept: unknown;
  try {
    kept = JSON.parse(text);
  } catch {
    return null;
  }
  if (!isRecord(kept)) return null;
  const { outcome, reason, message, note, validUntil, facts } = kept;
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

/** Opens another decision: a reason belongs to one outcome, everything else to the document. */
export function withOutcome(draft: Draft, outcome: Outcome | null): Draft {
  if (outcome === draft.outcome) return draft;
  const keepsReason = outcome === null || (!DECISIONS[outcome].needsReason && draft.reason === "");
  return { ...draft, outcome, reason: keepsReason ? draft.reason : "" };
}
