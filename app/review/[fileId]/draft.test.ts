import { describe, expect, test } from "vitest";
import { type Draft, DraftStore, EMPTY_DRAFT, isEmptyDraft, parseDraft, withOutcome } from "./draft";

/** The session storage of a browser tab, in memory. */
class TabStorage {
  readonly #items = new Map<string, string>();
  get length() {
    return this.#items.size;
  }
  key(index: number) {
    return [...this.#items.keys()][index] ?? null;
  }
  getItem(key: string) {
    return this.#items.get(key) ?? null;
  }
  setItem(key: string, value: string) {
    this.#items.set(key, value);
  }
  removeItem(key: string) {
    this.#items.delete(key);
  }
}

const written: Draft = {
  outcome: "request_changes",
  reason: "unreadable",
  message: "The second page is dark.",
  note: "",
  validUntil: "",
  facts: { certificateNumber: "0012", signed: true },
};

describe("a stored draft", () => {
  test("is read as it was written", () => {
    const tab = new TabStorage();
    new DraftStore(tab, "ada").write("file-1", written);
    expect(new DraftStore(tab, "ada").read("file-1")).toEqual(written);
  });

  test("is not read for another document", () => {
    const drafts = new DraftStore(new TabStorage(), "ada");
    drafts.write("file-1", written);
    expect(drafts.read("file-2")).toBeNull();
  });

  test("is not read by another reviewer and is deleted for them", () => {
    const tab = new TabStorage();
    new DraftStore(tab, "ada").write("file-1", written);
    new DraftStore(tab, "ada").write("file-2", written);
    const grace = new DraftStore(tab, "grace");
    grace.write("file-3", written);
    expect(grace.read("file-1")).toBeNull();
    grace.clearOtherViewers();
    expect(new DraftStore(tab, "ada").read("file-1")).toBeNull();
    expect(new DraftStore(tab, "ada").read("file-2")).toBeNull();
    expect(grace.read("file-3")).toEqual(written);
  });

  test("is deleted when it is cleared or empty", () => {
    const tab = new TabStorage();
    const drafts = new DraftStore(tab, "ada");
    drafts.write("file-1", written);
    drafts.clear("file-1");
    expect(drafts.read("file-1")).toBeNull();
    drafts.write("file-1", written);
    drafts.write("file-1", { ...EMPTY_DRAFT, outcome: "reject", facts: { signed: false, number: "" } });
    expect(tab.length).toBe(0);
  });

  test("leaves other keys in the storage", () => {
    const tab = new TabStorage();
    tab.setItem("other", "1");
    new DraftStore(tab, "ada").clearOtherViewers();
    expect(tab.getItem("other")).toBe("1");
  });

  test.each(["", "null", "[]", "{}", '{"reason":1,"message":"","note":"","validUntil":"","facts":{}}'])(
    "is null for the stored text %j",
    (text) => {
      expect(parseDraft(text)).toBeNull();
    },
  );

  test("keeps its text and drops an unknown outcome", () => {
    const draft = parseDraft(JSON.stringify({ ...written, outcome: "toString", facts: { a: 1, b: "x" } }));
    expect(draft).toEqual({ ...written, outcome: null, facts: { b: "x" } });
  });
});

describe("opening a decision", () => {
  test("keeps everything but the reason", () => {
    expect(withOutcome(written, "reject")).toEqual({ ...written, outcome: "reject", reason: "" });
  });

  test("keeps everything for the same decision or for none", () => {
    expect(withOutcome(written, "request_changes")).toBe(written);
    expect(withOutcome(written, null).reason).toBe("unreadable");
  });

  test("alone is no draft", () => {
    expect(isEmptyDraft(withOutcome(EMPTY_DRAFT, "approve"))).toBe(true);
  });
});
