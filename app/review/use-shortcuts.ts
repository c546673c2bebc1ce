"use client";

import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { findAction, type ShortcutAction } from "./shortcuts";

/** The handlers of one component. A handler that returns false leaves the key to the browser. */
export type ShortcutHandlers = Partial<Record<ShortcutAction, () => unknown>>;

/** Handles the shortcuts, and stores whether the reviewer uses single-key shortcuts. */
export function useShortcuts() {
  const registered = useRef<ShortcutHandlers[]>([]);
  const characterKeys = useSyncExternalStore(subscribe, readCharacterKeys, () => true);
  const addHandlers = useCallback((handlers: ShortcutHandlers) => {
    registered.current = [handlers, ...registered.current];
    return () => {
      registered.current = registered.current.filter((other) => other !== handlers);
    };
  }, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      // An open dialog handles the keys itself.
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const { key, ctrlKey, altKey, metaKey, repeat } = event;
      const isTyping = isTextInput(event.target);
      const press = { key, ctrlKey, altKey, metaKey, repeat, isTyping };
      const action = findAction(press, { characterKeys });
      const handler = action && registered.current.find((handlers) => handlers[action])?.[action];
      if (handler && handler() !== false) event.preventDefault();
    };
    document.addEventListener("keydown", onKeyDown);
    return () => document.removeEventListener("keydown", onKeyDown);
  }, [characterKeys]);
  return { addHandlers, characterKeys, setCharacterKeys };
}

function isTextInput(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select, [role=menu] *"))
  );
}

const CHARACTER_KEYS_STORAGE_KEY = "desk-character-keys";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}

function readCharacterKeys(): boolean {
  return localStorage.getItem(CHARACTER_KEYS_STORAGE_KEY) !== "off";
}

function setCharacterKeys(enabled: boolean): void {
  if (enabled) localStorage.removeItem(CHARACTER_KEYS_STORAGE_KEY);
  else localStorage.setItem(CHARACTER_KEYS_STORAGE_KEY, "off");
  for (const listener of listeners) listener();
}
