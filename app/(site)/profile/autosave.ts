import type { FieldError } from "@/lib/errors";

/** One link as a member types it. A row without any text is no link. */
export type LinkRow = { url: string; label: string };
export type Entry = string | readonly LinkRow[];
/** Entries by the name of their property. */
export type Entries = Readonly<Record<string, Entry>>;

/** Why nothing was saved. The page repeats a request itself, unless it waits for the member. */
export type Failure = { kind: "repeats" | "waits"; detail: string; attempts: number; retryAfter: number };

/**
 * What a member types, and what of it is saved. At most one request is under way; entries typed
 * meanwhile follow in the next one. A request has only the changed entries, so two tabs do not undo
 * each other.
 */
export type AutosaveState = {
  entries: Entries;
  /** What the server has accepted, as it was typed. */
  saved: Entries;
  /** The same as the server stores it: trimmed, for example. */
  stored: Entries;
  sending: Entries | null;
  /** Another request has to follow the one under way. */
  isDue: boolean;
  /** What each saved change replaced, oldest first. */
  history: readonly Entries[];
  /** Entries that an undo has changed. Saving them is no change that can be undone. */
  undone: readonly string[];
  /** Errors of entries. They hold while the entry is the same. */
  refusals: Readonly<Record<string, { entry: Entry; errors: readonly FieldError[] }>>;
  failure: Failure | null;
  outcome: "saved" | "undone" | null;
};

export type AutosaveEvent =
  /** `path` is the name of an entry, or "links.0.url" in a row. */
  | { type: "typed"; path: string; text: string }
  /** A row is added or removed. */
  | { type: "arranged"; name: string; rows: readonly LinkRow[] }
  /** The member pauses, leaves an entry, or asks for it. */
  | { type: "due"; by: "pause" | "leaving" | "person" }
  | { type: "undo" }
  | { type: "saved"; stored: Entries }
  | { type: "refused"; errors: readonly FieldError[]; detail: string }
  | { type: "failed"; failure: Omit<Failure, "attempts"> }
  /** "Just now" is over. */
  | { type: "rested" };

/** Finds errors that need no server. */
export type CheckEntries = (entries: Entries) => readonly FieldError[];

const MAX_HISTORY = 50;

export function startAutosave(saved: Entries): AutosaveState {
  return {
    ...{ entries: saved, saved, stored: saved, sending: null, isDue: false },
    ...{ history: [], undone: [], refusals: {}, failure: null, outcome: null },
  };
}

/** Returns the state after an event. A new `sending` is a request to send. */
export function autosave(check: CheckEntries, state: AutosaveState, event: AutosaveEvent): AutosaveState {
  switch (event.type) {
    case "typed":
      return handleTyped(state, nameOf(event), writeText(state.entries, event));
    case "arranged":
      return handleTyped(state, event.name, event.rows);
    case "due":
      return handleDue(check, state, event.by);
    case "undo":
      return handleUndo(check, state);
    case "saved":
      return handleSaved(check, state, event.stored);
    case "refused":
      return handleRefused(check, state, event);
    case "failed":
      return {
        ...state,
        sending: null,
        isDue: false,
        failure: { ...event.failure, attempts: (state.failure?.attempts ?? 0) + 1 },
      };
    case "rested":
      return { ...state, outcome: null };
  }
}

/** Names the entries that differ from the saved ones. */
export function unsavedNames({ entries, saved }: Pick<AutosaveState, "entries" | "saved">): string[] {
  return Object.keys(entries).filter((name) => !isSame(entries[name], saved[name]));
}

/** Names the unsaved entries that the server may accept. */
export function sendableNames(check: CheckEntries, state: AutosaveState): string[] {
  const refused = new Set([...errorsOf(state), ...check(state.entries)].map(nameOf));
  return unsavedNames(state).filter((name) => !refused.has(name));
}

/** Returns what a page that closes has to send after the request under way. */
export function unsentEntries(check: CheckEntries, state: AutosaveState): Entries {
  const { entries, sending } = state;
  return pick(
    entries,
    sendableNames(check, state).filter((name) => !sending || !isSame(entries[name], sending[name])),
  );
}

/** Returns the errors that still hold. */
export function errorsOf({ entries, refusals }: AutosaveState): FieldError[] {
  return Object.entries(refusals).flatMap(([name, { entry, errors }]) =>
    isSame(entry, entries[name]) ? errors : [],
  );
}

export function canUndo(state: AutosaveState): boolean {
  return state.history.length > 0 || openNames(state).length > 0;
}

/** Links without their empty rows. */
export function filledRows(rows: readonly LinkRow[]): LinkRow[] {
  return rows.filter(({ url, label }) => `${url}${label}`.trim() !== "");
}

function isSame(one: Entry | undefined, other: Entry | undefined): boolean {
  const plain = (entry: Entry | undefined) => (Array.isArray(entry) ? filledRows(entry) : entry);
  return JSON.stringify(plain(one)) === JSON.stringify(plain(other));
}

/** Returns the entry that an error is about: `links` for "links.0.url". */
function nameOf({ path }: { path: string }): string {
  return path.split(".")[0] ?? "";
}

function pick(entries: Entries, names: readonly string[]): Entries {
  return Object.fromEntries(Object.entries(entries).filter(([name]) => names.includes(name)));
}

/** Returns the entry with a new text, or with a new text in one of its rows. */
function writeText(entries: Entries, { path, text }: { path: string; text: string }): Entry {
  const [name = "", row, part] = path.split(".");
  const entry = entries[name];
  if (row === undefined || typeof entry !== "object") return text;
  return entry.map((before, index) =>
    String(index) !== row ? before : part === "url" ? { ...before, url: text } : { ...before, label: text },
  );
}

function handleTyped(state: AutosaveState, name: string, entry: Entry): AutosaveState {
  return {
    ...state,
    entries: { ...state.entries, [name]: entry },
    undone: state.undone.filter((each) => each !== name),
    outcome: null,
  };
}

/** Starts a request, if there is something to send. */
function send(check: CheckEntries, state: AutosaveState): AutosaveState {
  const names = sendableNames(check, state);
  const sending = names.length > 0 ? pick(state.entries, names) : null;
  const failure = sending || unsavedNames(state).length > 0 ? state.failure : null;
  return { ...state, sending, isDue: false, failure };
}

function handleDue(
  check: CheckEntries,
  before: AutosaveState,
  by: "pause" | "leaving" | "person",
): AutosaveState {
  // While the member types, an entry may be incomplete: neither an error nor another text appears.
  const state = by === "pause" ? before : showErrors(takeStored(before), check(before.entries));
  if (state.failure?.kind === "waits" && by !== "person") return state;
  return state.sending ? { ...state, isDue: true } : send(check, state);
}

/** Shows texts as the server stores them. Rows of links stay: one of them may still be empty. */
function takeStored(state: AutosaveState): AutosaveState {
  const { entries, stored } = state;
  const unsaved = new Set(unsavedNames(state));
  const taken = Object.fromEntries(
    Object.entries(stored).filter(([name, entry]) => typeof entry === "string" && !unsaved.has(name)),
  );
  return { ...state, entries: { ...entries, ...taken }, saved: { ...state.saved, ...taken } };
}

function showErrors(state: AutosaveState, errors: readonly FieldError[]): AutosaveState {
  const refused = unsavedNames(state).flatMap((name) => {
    const [entry, own] = [state.entries[name], errors.filter((error) => nameOf(error) === name)];
    return entry !== undefined && own.length > 0 ? [[name, { entry, errors: own }] as const] : [];
  });
  return { ...state, refusals: { ...state.refusals, ...Object.fromEntries(refused) } };
}

/** Names the entries that are not saved, and that no undo has changed. */
function openNames(state: AutosaveState): string[] {
  const names = new Set([...unsavedNames(state), ...Object.keys(state.sending ?? {})]);
  return [...names].filter((name) => !state.undone.includes(name));
}

/** Undoes what is not saved yet, else the last saved change. */
function handleUndo(check: CheckEntries, state: AutosaveState): AutosaveState {
  const { entries, saved, history, sending } = state;
  const open = openNames(state);
  const before = open.length > 0 ? pick(saved, open) : history.at(-1);
  if (!before) return state;
  const undone: AutosaveState = {
    ...state,
    entries: { ...entries, ...before },
    undone: [...new Set([...state.undone, ...Object.keys(before)])],
    history: open.length > 0 ? history : history.slice(0, -1),
    outcome: "undone",
  };
  return sending ? { ...undone, isDue: true } : settleUndone(send(check, undone));
}

function handleSaved(check: CheckEntries, state: AutosaveState, stored: Entries): AutosaveState {
  const { entries, saved, sending, history, undone } = state;
  const sent = sending ?? {};
  const unsaved = new Set(unsavedNames(state));
  // Another tab may have changed the others.
  const changedElsewhere = Object.keys(stored).filter(
    (name) => !(name in sent) && !isSame(stored[name], state.stored[name]),
  );
  const replaced = pick(
    saved,
    Object.keys(sent).filter((name) => !undone.includes(name)),
  );
  const next = settleUndone({
    ...state,
    entries: {
      ...entries,
      ...pick(
        stored,
        changedElsewhere.filter((name) => !unsaved.has(name)),
      ),
    },
    saved: { ...saved, ...sent, ...pick(stored, changedElsewhere) },
    stored: { ...state.stored, ...stored },
    sending: null,
    history: Object.keys(replaced).length > 0 ? [...history, replaced].slice(-MAX_HISTORY) : history,
    failure: null,
    outcome: Object.keys(replaced).length > 0 ? "saved" : "undone",
  });
  return next.isDue ? send(check, next) : next;
}

function handleRefused(
  check: CheckEntries,
  state: AutosaveState,
  { errors, detail }: { errors: readonly FieldError[]; detail: string },
): AutosaveState {
  const sent = state.sending ?? {};
  const refused = Object.entries(sent).flatMap(([name, entry]) => {
    const own = errors.filter((error) => nameOf(error) === name);
    return own.length > 0 ? [[name, { entry, errors: own }] as const] : [];
  });
  if (refused.length === 0) {
    const failure = { kind: "waits", detail, retryAfter: 0 } as const;
    return autosave(check, state, { type: "failed", failure });
  }
  const refusals = { ...state.refusals, ...Object.fromEntries(refused) };
  // The server has accepted none of them: the others follow at once.
  return settleUndone(send(check, { ...state, sending: null, refusals, failure: null, outcome: null }));
}

/** Forgets the undo of entries that are saved. */
function settleUndone(state: AutosaveState): AutosaveState {
  const names = new Set([...unsavedNames(state), ...Object.keys(state.sending ?? {})]);
  return { ...state, undone: state.undone.filter((name) => names.has(name)) };
}
