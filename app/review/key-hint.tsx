import { keyLabelOf, type ShortcutAction } from "./shortcuts";

/** Shows the shortcut of a button. The button itself has `aria-keyshortcuts`. */
export function KeyHint({ action }: { action: ShortcutAction }) {
  return (
    <span
      aria-hidden="true"
      className="hidden min-w-6 rounded-sm border border-current/40 px-1 text-center font-mono text-sm font-normal sm:inline-block"
    >
      {keyLabelOf(action)}
    </span>
  );
}
