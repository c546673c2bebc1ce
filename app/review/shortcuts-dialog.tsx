"use client";

import { Button } from "@/app/_ui/button";
import { Checkbox } from "@/app/_ui/checkbox";
import { Dialog } from "@/app/_ui/dialog";
import { SHORTCUTS } from "./shortcuts";

/** What each key does, and the switch for those that are characters. */
export function ShortcutsDialog({
  open,
  onClose,
  areCharacterKeysEnabled: characterKeys,
  onCharacterKeysChange: onCharacterKeys,
}: {
  open: boolean;
  onClose: () => void;
  areCharacterKeysEnabled: boolean;
  onCharacterKeysChange: (on: boolean) => void;
}) {
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title="Keys of the desk"
      actions={
        <Button variant="quiet" onClick={onClose}>
          Close the list
        </Button>
      }
    >
      <p>Every key has a button as well. None of them does anything while you type.</p>
      <dl className="my-4 grid grid-cols-[auto_1fr] items-baseline gap-x-4 border-y border-hairline py-2">
        {SHORTCUTS.map(({ action, keyLabel: shown, label, keys }) => (
          <div key={action} className="col-span-2 grid grid-cols-subgrid items-baseline py-1">
            <dt>
              <kbd className="inline-block min-w-8 rounded-sm border border-edge px-1.5 text-center font-mono text-sm">
                {shown}
              </kbd>
            </dt>
            <dd className={!characterKeys && keys[0]?.length === 1 ? "text-muted line-through" : undefined}>
              {label}
            </dd>
          </div>
        ))}
      </dl>
      <Checkbox
        id="character-keys"
        name="character-keys"
        label="Use the keys that are characters"
        hint="Switch them off if you speak to your computer, or press keys by mistake. This browser remembers it."
        checked={characterKeys}
        onChange={(event) => onCharacterKeys(event.currentTarget.checked)}
      />
    </Dialog>
  );
}
