"use client";

import { useRouter } from "next/navigation";
import { useEffect, useReducer, useRef, useState } from "react";
import { callApi, isJsonObject, problemOf } from "@/app/_ui/call-api";
import {
  type AutosaveEvent,
  autosave,
  type CheckEntries,
  type Entries,
  errorsOf,
  sendableNames,
  startAutosave,
  unsavedNames,
  unsentEntries,
} from "./autosave";
import { readEntries, toBody, toErrorsOfRows } from "./entry-format";

const PAUSE_MS = 1000;
const MAX_RETRY_SECONDS = 60;
const JUST_NOW_MS = 60_000;

/**
 * Saves entries while a member types them: PATCHes the changed ones to `path` in a pause, and when
 * the member leaves an entry or the page. `check` finds errors that need no server.
 */
export function useAutosave(path: string, initial: Entries, check: CheckEntries) {
  const router = useRouter();
  const [state, dispatch] = useReducer(
    (before, event: AutosaveEvent) => autosave(check, before, event),
    initial,
    startAutosave,
  );
  const [names] = useState(() => Object.keys(initial));
  const request = useRef<Promise<unknown>>(Promise.resolve());
  const { entries, sending, stored, failure, outcome } = state;
  const isUnsaved = sending !== null || unsavedNames(state).length > 0;
  const isSendable = sendableNames(check, state).length > 0;

  useEffect(() => {
    if (sending) request.current = sendEntries(path, sending, names).then(dispatch);
  }, [path, sending, names]);

  const waits = sending !== null || !isSendable || failure?.kind === "waits";
  const delay = failure
    ? Math.max(failure.retryAfter, Math.min(2 ** failure.attempts, MAX_RETRY_SECONDS)) * 1000
    : PAUSE_MS;
  // biome-ignore lint/correctness/useExhaustiveDependencies: each key starts the pause again.
  useEffect(() => {
    if (waits) return;
    const timer = setTimeout(() => dispatch({ type: "due", by: "pause" }), delay);
    return () => clearTimeout(timer);
  }, [entries, waits, delay]);

  const hasFailed = failure !== null;
  useEffect(() => {
    if (!hasFailed) return;
    // The member may have signed in again in another tab.
    return listen(window, ["online", "focus"], () => dispatch({ type: "due", by: "person" }));
  }, [hasFailed]);

  useEffect(
    () =>
      listen(document, ["visibilitychange"], () => {
        if (document.visibilityState === "hidden") dispatch({ type: "due", by: "leaving" });
      }),
    [],
  );

  useEffect(() => {
    if (!isUnsaved) return;
    return listen(window, ["beforeunload"], (event) => event.preventDefault());
  }, [isUnsaved]);

  // Links load their page completely while something cannot be saved: so the browser asks first.
  const isStuck = isUnsaved && !sending && (hasFailed || !isSendable);
  useEffect(() => {
    if (!isStuck) return;
    const keepFromRouter = (event: Event) => {
      if (event.target instanceof Element && event.target.closest("a[href^='/']")) event.stopPropagation();
    };
    return listen(window, ["click"], keepFromRouter, { capture: true });
  }, [isStuck]);

  // The rest of the page shows the saved name, and "back" must not show old texts.
  const refreshed = useRef(stored);
  useEffect(() => {
    if (isUnsaved || refreshed.current === stored) return;
    refreshed.current = stored;
    router.refresh();
  }, [isUnsaved, stored, router]);

  useEffect(() => {
    if (!outcome) return;
    const timer = setTimeout(() => dispatch({ type: "rested" }), JUST_NOW_MS);
    return () => clearTimeout(timer);
  }, [outcome]);

  // Another page is shown: what was typed last follows the request under way.
  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  }, [state]);
  useEffect(
    () => () => {
      const rest = unsentEntries(check, latest.current);
      if (Object.keys(rest).length > 0)
        void request.current.then(() => callApi("PATCH", path, { body: toBody(rest) }));
    },
    [path, check],
  );

  return { state, dispatch, errors: errorsOf(state), isUnsaved };
}

export type Autosave = ReturnType<typeof useAutosave>;

async function sendEntries(path: string, sent: Entries, names: readonly string[]): Promise<AutosaveEvent> {
  const response = await callApi("PATCH", path, { body: toBody(sent) });
  if (response.status === 200 && isJsonObject(response.body))
    return { type: "saved", stored: { ...sent, ...readEntries(response.body, names) } };
  const { code, detail, errors = [] } = problemOf(response);
  if (code === "invalid") return { type: "refused", errors: toErrorsOfRows(errors, sent), detail };
  const retryAfter = response.retryAfter ?? 0;
  if (code === "offline")
    return { type: "failed", failure: { kind: "repeats", detail: OFFLINE, retryAfter } };
  const kind = REPEATED.has(code) ? "repeats" : "waits";
  return { type: "failed", failure: { kind, detail, retryAfter } };
}

const REPEATED = new Set(["unavailable", "rate_limited", "internal"]);
const OFFLINE =
  "Cannot connect. Your entries stay on this page, and are saved as soon as you are connected again.";

/** Adds a listener. Returns a function that removes it. */
function listen(
  target: EventTarget,
  types: readonly string[],
  listener: (event: Event) => void,
  options: { capture?: boolean } = {},
): () => void {
  for (const type of types) target.addEventListener(type, listener, options);
  return () => {
    for (const type of types) target.removeEventListener(type, listener, options);
  };
}
