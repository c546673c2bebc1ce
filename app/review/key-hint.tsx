import { type ShortcutAction, keyLabelOf } from "./shortcuts";

/** The key of a button, on the button. The button itself carries `aria-keyshortcuts`. */
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
