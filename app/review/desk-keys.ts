import { DECISIONS, OUTCOMES, type Outcome } from "@/lib/review/decisions";

export type DeskAction =
  | Outcome
  | "larger"
  | "smaller"
  | "fit"
  | "rotate"
  | "nextPage"
  | "previousPage"
  | "scrollOn"
  | "scrollBack"
  | "claimNext"
  | "undo"
  | "extend"
  | "keys";

type DeskKey = {
  action: DeskAction;
  /** As `KeyboardEvent.key` has it, in lower case. */
  keys: readonly string[];
  /** As the list of keys shows it. */
  shown: string;
  label: string;
  /** Holding the key down goes on and on. */
  repeats?: true;
};

/** Every key of the desk. Each has a visible button as well. */
export const DESK_KEYS: readonly DeskKey[] = [
  ...OUTCOMES.map((outcome) => ({
    action: outcome,
    keys: [DECISIONS[outcome].key],
    shown: DECISIONS[outcome].key.toUpperCase(),
    label: DECISIONS[outcome].label,
  })),
  { action: "larger", keys: ["+", "="], shown: "+", label: "Larger", repeats: true },
  { action: "smaller", keys: ["-"], shown: "−", label: "Smaller", repeats: true },
  { action: "fit", keys: ["0"], shown: "0", label: "Whole page in view" },
  { action: "rotate", keys: ["t"], shown: "T", label: "Turn by a quarter" },
  { action: "previousPage", keys: ["arrowleft"], shown: "←", label: "Previous page", repeats: true },
  { action: "nextPage", keys: ["arrowright"], shown: "→", label: "Next page", repeats: true },
  {
    action: "scrollBack",
    keys: ["pageup"],
    shown: "Page Up",
    label: "Up, and to the previous page",
    repeats: true,
  },
  {
    action: "scrollOn",
    keys: ["pagedown"],
    shown: "Page Down",
    label: "Down, and to the next page",
    repeats: true,
  },
  { action: "claimNext", keys: ["n"], shown: "N", label: "Claim next" },
  { action: "undo", keys: ["u"], shown: "U", label: "Undo the last decision" },
  { action: "extend", keys: ["e"], shown: "E", label: "Keep the document for longer" },
  { action: "keys", keys: ["?"], shown: "?", label: "This list" },
];

const BY_KEY = new Map(DESK_KEYS.flatMap((row) => row.keys.map((key) => [key, row] as const)));

export type KeyPress = {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  repeat: boolean;
  /** Where the focus is: does that element take text, or a choice, from the keyboard. */
  typing: boolean;
};

/**
 * What a key means on the desk, or null. Character keys can be switched off (WCAG 2.1.4): speech input and a slipped finger press them too.
 * Modifiers belong to browser and system.
 */
export function actionFor(
  { key, ctrlKey, altKey, metaKey, repeat, typing }: KeyPress,
  { characterKeys }: { characterKeys: boolean },
): DeskAction | null {
  if (typing || ctrlKey || altKey || metaKey) return null;
  if (key.length === 1 && !characterKeys) return null;
  const row = BY_KEY.get(key.toLowerCase());
  if (!row || (repeat && !row.repeats)) return null;
  return row.action;
}

/** The key's sign for a button's hint. */
export function shownKey(action: DeskAction): string {
  return DESK_KEYS.find((row) => row.action === action)?.shown ?? "";
}
