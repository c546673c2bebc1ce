import { DECISIONS } from "@/lib/review/decisions";
import { OUTCOMES, type Outcome } from "@/lib/review/outcomes";

export type ShortcutAction =
  | Outcome
  | "zoomIn"
  | "zoomOut"
  | "fit"
  | "rotate"
  | "nextPage"
  | "previousPage"
  | "firstPage"
  | "lastPage"
  | "scrollOn"
  | "scrollBack"
  | "claimNext"
  | "undo"
  | "extend"
  | "keys";

type Shortcut = {
  action: ShortcutAction;
  /** `KeyboardEvent.key` in lower case. */
  keys: readonly string[];
  /** The key as the list of shortcuts shows it. */
  keyLabel: string;
  label: string;
  /** The action repeats while the key is held down. */
  allowsRepeat?: true;
};

/** All shortcuts of the review pages. Each also has a visible button. */
export const SHORTCUTS: readonly Shortcut[] = [
  ...OUTCOMES.map((outcome) => ({
    action: outcome,
    keys: [DECISIONS[outcome].key],
    keyLabel: DECISIONS[outcome].key.toUpperCase(),
    label: DECISIONS[outcome].label,
  })),
  { action: "zoomIn", keys: ["+", "="], keyLabel: "+", label: "Zoom in", allowsRepeat: true },
  { action: "zoomOut", keys: ["-"], keyLabel: "−", label: "Zoom out", allowsRepeat: true },
  { action: "fit", keys: ["0"], keyLabel: "0", label: "Fit the whole page" },
  { action: "rotate", keys: ["t"], keyLabel: "T", label: "Rotate by 90°" },
  { action: "previousPage", keys: ["arrowleft"], keyLabel: "←", label: "Previous page", allowsRepeat: true },
  { action: "nextPage", keys: ["arrowright"], keyLabel: "→", label: "Next page", allowsRepeat: true },
  { action: "firstPage", keys: ["home"], keyLabel: "Home", label: "First page" },
  { action: "lastPage", keys: ["end"], keyLabel: "End", label: "Last page" },
  {
    action: "scrollBack",
    keys: ["pageup"],
    keyLabel: "Page Up",
    label: "Scroll up, then previous page",
    allowsRepeat: true,
  },
  {
    action: "scrollOn",
    keys: ["pagedown"],
    keyLabel: "Page Down",
    label: "Scroll down, then next page",
    allowsRepeat: true,
  },
  { action: "claimNext", keys: ["n"], keyLabel: "N", label: "Claim next" },
  { action: "undo", keys: ["u"], keyLabel: "U", label: "Undo the last decision" },
  { action: "extend", keys: ["e"], keyLabel: "E", label: "Extend claim" },
  { action: "keys", keys: ["?"], keyLabel: "?", label: "Keyboard shortcuts" },
];

const SHORTCUTS_BY_KEY = new Map(SHORTCUTS.flatMap((row) => row.keys.map((key) => [key, row] as const)));

export type KeyPress = {
  key: string;
  ctrlKey: boolean;
  altKey: boolean;
  metaKey: boolean;
  repeat: boolean;
  /** The focused element takes text or a choice from the keyboard. */
  isTyping: boolean;
};

/**
 * Finds the action of a key press; null if there is none. Single-key shortcuts can be turned off,
 * because speech input triggers them too (WCAG 2.1.4). Modifier keys belong to the browser.
 */
export function findAction(
  { key, ctrlKey, altKey, metaKey, repeat, isTyping }: KeyPress,
  { characterKeys }: { characterKeys: boolean },
): ShortcutAction | null {
  if (isTyping || ctrlKey || altKey || metaKey) return null;
  if (key.length === 1 && !characterKeys) return null;
  const shortcut = SHORTCUTS_BY_KEY.get(key.toLowerCase());
  if (!shortcut || (repeat && !shortcut.allowsRepeat)) return null;
  return shortcut.action;
}

/** Returns the key of an action for the hint on its button. */
export function keyLabelOf(action: ShortcutAction): string {
  return SHORTCUTS.find((row) => row.action === action)?.keyLabel ?? "";
}
