import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type AutosaveEvent,
  type AutosaveState,
  autosave,
  canUndo,
  type Entries,
  type Entry,
  errorsOf,
  startAutosave,
  unsavedNames,
} from "./autosave";

const SAVED = { name: "Ada", headline: "", bio: "", links: [] };

/** A name must not be empty, as in the profile. */
const check = ({ name }: Entries) => (name === "" ? [{ path: "name", message: "must not be empty" }] : []);

const apply = (state: AutosaveState, ...events: AutosaveEvent[]) =>
  events.reduce((before, event) => autosave(check, before, event), state);
const start = (...events: AutosaveEvent[]) => apply(startAutosave(SAVED), ...events);

const typed = (path: string, entry: Entry): AutosaveEvent =>
  typeof entry === "string"
    ? { type: "typed", path, text: entry }
    : { type: "arranged", name: path, rows: entry };
const paused: AutosaveEvent = { type: "due", by: "pause" };
const left: AutosaveEvent = { type: "due", by: "leaving" };
const asked: AutosaveEvent = { type: "due", by: "person" };
const undo: AutosaveEvent = { type: "undo" };
const offline: AutosaveEvent = {
  type: "failed",
  failure: { kind: "repeats", detail: "Cannot connect.", retryAfter: 0 },
};
const refused = (path: string): AutosaveEvent => ({
  type: "refused",
  errors: [{ path, message: "is too long" }],
  detail: "Some entries are not valid.",
});
/** The server accepts what is sent, and trims it. */
function accept(state: AutosaveState): AutosaveState {
  const sent = Object.entries(state.sending ?? {}).map(([name, entry]) => [
    name,
    typeof entry === "string" ? entry.trim() : entry,
  ]);
  const stored = { ...state.stored, ...Object.fromEntries(sent) };
  return apply(state, { type: "saved", stored });
}

describe("saving", () => {
  test("sends only what has changed", () => {
    expect(start(typed("bio", "Hello"), paused).sending).toEqual({ bio: "Hello" });
    expect(start(typed("bio", "Hello"), typed("bio", ""), paused).sending).toBeNull();
    expect(start(paused, left).sending).toBeNull();
  });

  test("sends one request at a time, and later entries after it", () => {
    const first = start(typed("bio", "H"), paused, typed("bio", "He"), paused, typed("bio", "Hel"), left);
    expect(first.sending).toEqual({ bio: "H" });
    const second = accept(first);
    expect(second.sending).toEqual({ bio: "Hel" });
    const last = accept(second);
    expect([last.sending, unsavedNames(last), last.outcome]).toEqual([null, [], "saved"]);
  });

  test("waits for a pause if an entry changes during a request", () => {
    const state = accept(start(typed("bio", "H"), paused, typed("bio", "He")));
    expect([state.sending, unsavedNames(state)]).toEqual([null, ["bio"]]);
  });

  test("keeps a space at the end while the member types", () => {
    const state = accept(start(typed("bio", "Hello "), paused));
    expect([state.entries.bio, unsavedNames(state)]).toEqual(["Hello ", []]);
    expect(apply(state, left).entries.bio).toBe("Hello");
    expect(apply(state, left).sending).toBeNull();
  });

  test("counts an empty row as no link", () => {
    const row = { url: "https://example.org", label: "" };
    expect(start(typed("links", [{ url: "", label: " " }]), left).sending).toBeNull();
    const state = accept(start(typed("links", [row, { url: "", label: "" }]), left));
    expect(unsavedNames(state)).toEqual([]);
    expect(apply(state, left).entries.links, "the row stays").toHaveLength(2);
  });

  test("takes over what another tab has saved, but no entry that differs", () => {
    const stored = { ...SAVED, bio: "Mine", headline: "Other tab", name: "Other name" };
    const state = start(typed("bio", "Mine"), paused, typed("name", "My name"), { type: "saved", stored });
    expect(state.entries).toMatchObject({ bio: "Mine", headline: "Other tab", name: "My name" });
    expect(apply(state, paused).sending).toEqual({ name: "My name" });
  });
});

describe("an entry that is not valid", () => {
  test("is not sent, and shows its error after the member leaves it", () => {
    const typing = start(typed("name", ""), typed("bio", "Hello"), paused);
    expect([typing.sending, errorsOf(typing)]).toEqual([{ bio: "Hello" }, []]);
    const gone = apply(accept(typing), left);
    expect([gone.sending, gone.entries.name]).toEqual([null, ""]);
    expect(errorsOf(gone)).toEqual([{ path: "name", message: "must not be empty" }]);
    const changed = apply(gone, typed("name", "Ada L"), paused);
    expect([errorsOf(changed), changed.sending]).toEqual([[], { name: "Ada L" }]);
  });

  test("stays with the server's error, and the others are sent again", () => {
    const state = start(typed("bio", "x"), typed("headline", "Long"), left, refused("headline"));
    expect([state.entries.headline, state.sending]).toEqual(["Long", { bio: "x" }]);
    const saved = accept(state);
    expect([saved.sending, errorsOf(saved).length, unsavedNames(saved)]).toEqual([null, 1, ["headline"]]);
    expect(apply(saved, paused, left, asked).sending, "not the same again").toBeNull();
    expect(apply(saved, typed("headline", "Short"), paused).sending).toEqual({ headline: "Short" });
  });

  test("shows no error that came too late", () => {
    const state = start(typed("bio", "Long"), paused, typed("bio", "Short"), refused("bio"));
    expect([errorsOf(state), state.sending]).toEqual([[], { bio: "Short" }]);
  });

  test("of a link has the path of its row", () => {
    const rows = [
      { url: "", label: "" },
      { url: "", label: "" },
    ];
    const state = start(
      typed("links", rows),
      typed("links.1.url", "https://x"),
      paused,
      refused("links.1.url"),
    );
    expect(state.entries.links).toEqual([rows[0], { url: "https://x", label: "" }]);
    expect(errorsOf(state)).toEqual([{ path: "links.1.url", message: "is too long" }]);
    expect(errorsOf(apply(state, typed("links.1.label", "X")))).toEqual([]);
  });
});

describe("a failure", () => {
  test("keeps the entries and sends them again", () => {
    const state = start(typed("bio", "Hello"), paused, offline);
    expect([state.entries.bio, state.sending, state.failure?.attempts]).toEqual(["Hello", null, 1]);
    const again = apply(state, paused);
    expect(again.sending).toEqual({ bio: "Hello" });
    expect(apply(again, offline).failure?.attempts).toBe(2);
    expect(accept(again)).toMatchObject({ failure: null, outcome: "saved" });
  });

  test("without an entry to blame waits for the member", () => {
    const state = start(typed("bio", "Hello"), paused, refused("colour"));
    expect(state.failure).toMatchObject({ kind: "waits", detail: "Some entries are not valid." });
    expect(apply(state, typed("bio", "Hello you"), paused, left).sending).toBeNull();
    expect(apply(state, asked).sending).toEqual({ bio: "Hello" });
  });

  test("ends when nothing is left to save", () => {
    const state = start(typed("bio", "Hello"), paused, offline, typed("bio", ""), paused);
    expect([state.failure, state.sending]).toEqual([null, null]);
  });
});

describe("undo", () => {
  const save = (state: AutosaveState, name: string, entry: Entry) =>
    accept(apply(state, typed(name, entry), left));

  test("saves what the last change replaced, one change after the other", () => {
    const state = save(save(save(startAutosave(SAVED), "bio", "One"), "name", "Ada L"), "bio", "Two");
    const once = apply(state, undo);
    expect([once.sending, once.entries.bio]).toEqual([{ bio: "One" }, "One"]);
    const twice = apply(accept(once), undo);
    expect(twice.sending).toEqual({ name: "Ada" });
    const thrice = accept(apply(accept(twice), undo));
    expect(thrice.entries).toEqual(SAVED);
    expect([canUndo(thrice), thrice.outcome]).toEqual([false, "undone"]);
    expect(apply(thrice, undo)).toBe(thrice);
  });

  test("of two presses at once goes back two changes", () => {
    const state = save(save(startAutosave(SAVED), "bio", "One"), "bio", "Two");
    const both = apply(state, undo, undo);
    expect([both.sending, both.entries.bio]).toEqual([{ bio: "One" }, ""]);
    const last = accept(accept(both));
    expect([last.stored.bio, canUndo(last), unsavedNames(last)]).toEqual(["", false, []]);
  });

  test("drops what is not saved, also an entry with an error", () => {
    const state = start(typed("name", ""), left, undo);
    expect([state.entries.name, state.sending, errorsOf(state)]).toEqual(["Ada", null, []]);
    expect([canUndo(state), state.outcome]).toEqual([false, "undone"]);
  });

  test("of a change that is being saved puts it back afterwards", () => {
    const state = start(typed("bio", "Hello"), left, undo);
    expect([state.entries.bio, state.sending]).toEqual(["", { bio: "Hello" }]);
    const back = accept(state);
    expect(back.sending).toEqual({ bio: "" });
    const last = accept(back);
    expect([last.sending, canUndo(last), last.outcome]).toEqual([null, false, "undone"]);
  });

  test("that fails is sent again", () => {
    const state = apply(save(startAutosave(SAVED), "bio", "One"), undo, offline);
    expect([state.entries.bio, apply(state, paused).sending]).toEqual(["", { bio: "" }]);
  });

  test("can itself be followed by a change that can be undone", () => {
    const state = save(accept(apply(save(startAutosave(SAVED), "bio", "One"), undo)), "bio", "Two");
    expect(apply(state, undo).sending).toEqual({ bio: "" });
  });
});

test("any order of events ends with the entries on the server", () => {
  const name = fc.constantFrom("name", "headline", "bio");
  const step = fc.oneof(
    fc.tuple(name, fc.constantFrom("", "a", "b ", "long")).map(([key, entry]) => typed(key, entry)),
    fc.constantFrom<AutosaveEvent | "answer">(paused, left, asked, undo, offline, "answer", "answer"),
  );
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
      const server: Record<string, Entry> = { ...SAVED };
      let state = startAutosave(SAVED);
      const answer = () => {
        const sent = state.sending ?? {};
        if ("headline" in sent && sent.headline === "long") {
          state = apply(state, refused("headline"));
          return;
        }
        for (const [key, entry] of Object.entries(sent)) {
          expect(key === "name" && entry === "", "an invalid entry is sent").toBe(false);
          server[key] = typeof entry === "string" ? entry.trim() : entry;
        }
        if (state.sending) state = apply(state, { type: "saved", stored: { ...server } });
      };
      for (const event of steps) {
        const { sending } = state;
        if (event === "answer") answer();
        else if (event.type !== "failed" || sending) state = apply(state, event);
        const isAnswer = event === "answer" || event.type === "failed";
        if (sending && !isAnswer) expect(state.sending, "a second request").toBe(sending);
      }
      for (let rounds = 0; state.sending || rounds === 0; rounds += 1) {
        expect(rounds, "the requests end").toBeLessThan(5);
        answer();
        if (!state.sending) state = apply(state, asked);
      }
      const unsaved = unsavedNames(state);
      const invalid = Object.entries({ name: "", headline: "long" });
      const mayStay = invalid.flatMap(([key, entry]) => (state.entries[key] === entry ? [key] : []));
      expect(mayStay).toEqual(expect.arrayContaining(unsaved));
      for (const [key, entry] of Object.entries(state.entries))
        if (!unsaved.includes(key)) expect(server[key], key).toEqual(entry);
    }),
    { numRuns: 500 },
  );
});
