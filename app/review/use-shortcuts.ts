"use client";

import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { findAction, type ShortcutAction } from "./shortcuts";

/** What keys do at a place. A handler that answers false leaves the key to the browser. */
export type ShortcutHandlers = Partial<Record<ShortcutAction, () => unknown>>;

/** Listens to the desk's keys, and knows whether this person wants character keys. */
export function useShortcuts() {
  const places = useRef<ShortcutHandlers[]>([]);
  const characterKeys = useSyncExternalStore(subscribe, readCharacterKeys, () => true);
  const addShortcutHandlers = useCallback((handlers: ShortcutHandlers) => {
    places.current = [handlers, ...places.current];
    return () => {
      places.current = places.current.filter((other) => other !== handlers);
    };
  }, []);
  useEffect(() => {
    const press = (event: KeyboardEvent) => {
      // A question that is open takes the keys for itself.
      if (event.defaultPrevented || document.querySelector("dialog[open]")) return;
      const { key, ctrlKey, altKey, metaKey, repeat } = event;
      const typing = isTextInput(event.target);
      const action = findAction({ key, ctrlKey, altKey, metaKey, repeat, isTyping: typing }, { characterKeys });
      const handler = action && places.current.find((handlers) => handlers[action])?.[action];
      if (handler && handler() !== false) event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [characterKeys]);
  return { addHandlers: addShortcutHandlers, characterKeys, setCharacterKeys };
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

function setCharacterKeys(on: boolean): void {
  if (on) localStorage.removeItem(CHARACTER_KEYS_STORAGE_KEY);
  else localStorage.setItem(CHARACTER_KEYS_STORAGE_KEY, "off");
  for (const listener of listeners) listener();
}
