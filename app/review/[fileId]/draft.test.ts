import { describe, expect, it } from "vitest";
import { type Draft, DraftStore, EMPTY_DRAFT, isEmptyDraft, parseDraft, withOutcome } from "./draft";

/** A browser tab's storage, in memory. */
class Tab {
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

const words: Draft = {
  outcome: "request_changes",
  reason: "unreadable",
  message: "The second page is dark.",
  note: "",
  validUntil: "",
  facts: { certificateNumber: "0012", signed: true },
};

describe("what a reviewer has typed", () => {
  it("comes back as it was", () => {
    const tab = new Tab();
    new DraftStore(tab, "ada").write("file-1", words);
    expect(new DraftStore(tab, "ada").read("file-1")).toEqual(words);
  });

  it("never turns up at another document", () => {
    const drafts = new DraftStore(new Tab(), "ada");
    drafts.write("file-1", words);
    expect(drafts.read("file-2")).toBeNull();
  });

  it("never turns up with another reviewer at the same machine, and is gone when that one comes", () => {
    const tab = new Tab();
    new DraftStore(tab, "ada").write("file-1", words);
    new DraftStore(tab, "ada").write("file-2", words);
    const grace = new DraftStore(tab, "grace");
    grace.write("file-3", words);
    expect(grace.read("file-1")).toBeNull();
    grace.clearOtherViewers();
    expect(new DraftStore(tab, "ada").read("file-1")).toBeNull();
    expect(new DraftStore(tab, "ada").read("file-2")).toBeNull();
    expect(grace.read("file-3")).toEqual(words);
  });

  it("is gone once it is cleared, and where nothing is left of it", () => {
    const tab = new Tab();
    const drafts = new DraftStore(tab, "ada");
    drafts.write("file-1", words);
    drafts.clear("file-1");
    expect(drafts.read("file-1")).toBeNull();
    drafts.write("file-1", words);
    drafts.write("file-1", { ...EMPTY_DRAFT, outcome: "reject", facts: { signed: false, number: "" } });
    expect(tab.length).toBe(0);
  });

  it("leaves alone what is not the desk's", () => {
    const tab = new Tab();
    tab.setItem("theirs", "1");
    new DraftStore(tab, "ada").clearOtherViewers();
    expect(tab.getItem("theirs")).toBe("1");
  });

  it.each(["", "null", "[]", "{}", '{"reason":1,"message":"","note":"","validUntil":"","facts":{}}'])(
    "is nothing where the browser kept %j",
    (text) => {
      expect(parseDraft(text)).toBeNull();
    },
  );

  it("keeps its words and loses a decision that no longer exists", () => {
    const kept = parseDraft(JSON.stringify({ ...words, outcome: "toString", facts: { a: 1, b: "x" } }));
    expect(kept).toEqual({ ...words, outcome: null, facts: { b: "x" } });
  });
});

describe("opening another decision", () => {
  it("keeps message, note and facts, and not the reason, which belongs to the other", () => {
    expect(withOutcome(words, "reject")).toEqual({ ...words, outcome: "reject", reason: "" });
  });

  it("keeps everything when the same one is opened, or all are closed", () => {
    expect(withOutcome(words, "request_changes")).toBe(words);
    expect(withOutcome(words, null).reason).toBe("unreadable");
  });

  it("is not yet anything to keep", () => {
    expect(isEmptyDraft(withOutcome(EMPTY_DRAFT, "approve"))).toBe(true);
  });
});
