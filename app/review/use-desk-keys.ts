"use client";

import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import { actionFor, type DeskAction } from "./desk-keys";

/** What keys do at a place. A handler that answers false leaves the key to the browser. */
export type DeskHandlers = Partial<Record<DeskAction, () => unknown>>;

/** Listens to the desk's keys, and knows whether this person wants character keys. */
export function useDeskKeys() {
  const places = useRef<DeskHandlers[]>([]);
  const characterKeys = useSyncExternalStore(subscribe, readChoice, () => true);
  const addHandlers = useCallback((handlers: DeskHandlers) => {
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
      const typing = isTyping(event.target);
      const action = actionFor({ key, ctrlKey, altKey, metaKey, repeat, typing }, { characterKeys });
      const handler = action && places.current.find((handlers) => handlers[action])?.[action];
      if (handler && handler() !== false) event.preventDefault();
    };
    document.addEventListener("keydown", press);
    return () => document.removeEventListener("keydown", press);
  }, [characterKeys]);
  return { addHandlers, characterKeys, setCharacterKeys };
}

function isTyping(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement &&
    (target.isContentEditable || target.matches("input, textarea, select, [role=menu] *"))
  );
}

const CHOICE = "desk-character-keys";
const listeners = new Set<() => void>();

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  addEventListener("storage", listener);
  return () => {
    listeners.delete(listener);
    removeEventListener("storage", listener);
  };
}

function readChoice(): boolean {
  return localStorage.getItem(CHOICE) !== "off";
}

function setCharacterKeys(on: boolean): void {
  if (on) localStorage.removeItem(CHOICE);
  else localStorage.setItem(CHOICE, "off");
  for (const listener of listeners) listener();
}
