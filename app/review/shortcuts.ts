import { DECISIONS } from "@/lib/review/decisions";
import { OUTCOMES, type Outcome } from "@/lib/review/outcomes";

export type ShortcutAction =
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

type Shortcut = {
  action: ShortcutAction;
  /** As `KeyboardEvent.key` has it, in lower case. */
  keys: readonly string[];
  /** As the list of keys shows it. */
  keyLabel: string;
  label: string;
  /** Holding the key down goes on and on. */
  allowsRepeat?: true;
};

/** Every key of the desk. Each has a visible button as well. */
export const SHORTCUTS: readonly Shortcut[] = [
  ...OUTCOMES.map((outcome) => ({
    action: outcome,
    keys: [DECISIONS[outcome].key],
    keyLabel: DECISIONS[outcome].key.toUpperCase(),
    label: DECISIONS[outcome].label,
  })),
  { action: "larger", keys: ["+", "="], keyLabel: "+", label: "Larger", allowsRepeat: true },
  { action: "smaller", keys: ["-"], keyLabel: "−", label: "Smaller", allowsRepeat: true },
  { action: "fit", keys: ["0"], keyLabel: "0", label: "Whole page in view" },
  { action: "rotate", keys: ["t"], keyLabel: "T", label: "Turn by a quarter" },
  { action: "previousPage", keys: ["arrowleft"], keyLabel: "←", label: "Previous page", allowsRepeat: true },
  { action: "nextPage", keys: ["arrowright"], keyLabel: "→", label: "Next page", allowsRepeat: true },
  {
    action: "scrollBack",
    keys: ["pageup"],
    keyLabel: "Page Up",
    label: "Up, and to the previous page",
    allowsRepeat: true,
  },
  {
    action: "scrollOn",
    keys: ["pagedown"],
    keyLabel: "Page Down",
    label: "Down, and to the next page",
    allowsRepeat: true,
  },
  { action: "claimNext", keys: ["n"], keyLabel: "N", label: "Claim next" },
  { action: "undo", keys: ["u"], keyLabel: "U", label: "Undo the last decision" },
  { action: "extend", keys: ["e"], keyLabel: "E", label: "Keep the document for longer" },
  { action: "keys", keys: ["?"], keyLabel: "?", label: "This list" },
];

const SHORTCUTS_BY_KEY = new Map(SHORTCUTS.flatMap((row) => row.keys.map((key) => [key, row] as const)));

export type KeyPress = {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  repeat: boolean;
  /** Where the focus is: does that element take text, or a choice, from the keyboard. */
  isTyping: boolean;
};

/**
 * What a key means on the desk, or null. Character keys can be switched off (WCAG 2.1.4): speech input and a slipped finger press them too.
 * Modifiers belong to browser and system.
 */
export function findAction(
  { key, ctrlKey, altKey, metaKey, repeat, isTyping: typing }: KeyPress,
  { characterKeys }: { characterKeys: boolean },
): ShortcutAction | null {
  if (typing || ctrlKey || altKey || metaKey) return null;
  if (key.length === 1 && !characterKeys) return null;
  const row = SHORTCUTS_BY_KEY.get(key.toLowerCase());
  if (!row || (repeat && !row.allowsRepeat)) return null;
  return row.action;
}

/** The key's sign for a button's hint. */
export function keyLabelOf(action: ShortcutAction): string {
  return SHORTCUTS.find((row) => row.action === action)?.keyLabel ?? "";
}
