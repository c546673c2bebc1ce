"use client";

import { Button } from "@/app/_ui/button";
import { Checkbox } from "@/app/_ui/checkbox";
import { Dialog } from "@/app/_ui/dialog";
import { SHORTCUTS } from "./shortcuts";

/** Lists the shortcuts, and turns single-key shortcuts on and off. */
export function ShortcutsDialog({
  open,
  onClose,
  areCharacterKeysEnabled,
  onCharacterKeysChange,
}: {
  open: boolean;
  onClose: () => void;
  areCharacterKeysEnabled: boolean;
  onCharacterKeysChange: (enabled: boolean) => void;
}) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Keyboard shortcuts"
      actions={
        <Button variant="quiet" onClick={onClose}>
          Close
        </Button>
      }
    >
      <p>Every shortcut also has a button. Shortcuts do nothing while you type.</p>
      <dl className="my-4 grid grid-cols-[auto_1fr] items-baseline gap-x-4 border-y border-hairline py-2">
        {SHORTCUTS.map(({ action, keyLabel, label, keys }) => (
          <div key={action} className="col-span-2 grid grid-cols-subgrid items-baseline py-1">
            <dt>
              <kbd className="inline-block min-w-8 rounded-sm border border-edge px-1.5 text-center font-mono text-sm">
                {keyLabel}
              </kbd>
            </dt>
            <dd
              className={
                !areCharacterKeysEnabled && keys[0]?.length === 1 ? "text-muted line-through" : undefined
              }
            >
              {label}
            </dd>
          </div>
        ))}
      </dl>
      <Checkbox
        id="character-keys"
        name="character-keys"
        label="Enable single-key shortcuts"
        hint="Turn them off if you use speech input or press keys by mistake. This browser remembers your choice."
        checked={areCharacterKeysEnabled}
        onChange={(event) => onCharacterKeysChange(event.currentTarget.checked)}
      />
    </Dialog>
  );
}
