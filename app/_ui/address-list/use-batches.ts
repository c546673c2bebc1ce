"use client";

import { useEffect, useRef, useState } from "react";
import { announce } from "../announce";
import type { ApiProblem, ApiResponse } from "../call-api";
import { type BatchResult, sendBatches } from "./send-batches";

export type BatchState<Entry, State extends string> = {
  status: "idle" | "sending" | "stopping" | "ended";
  entries: readonly Entry[];
  /** Of the first entries. */
  results: readonly BatchResult<State>[];
  problem?: ApiProblem;
};

/**
 * Sends entries in batches and keeps what came back. `start` begins, `stop` ends after the batch
 * under way, `resume` goes on with what is not sent. Leaving the page asks first.
 */
export function useBatches<Entry, State extends string>(states: readonly State[]) {
  const [run, setRun] = useState<BatchState<Entry, State>>({ status: "idle", entries: [], results: [] });
  const controller = useRef<AbortController>(undefined);
  const sender = useRef<((batch: readonly Entry[]) => Promise<ApiResponse>) | undefined>(undefined);
  const isSending = run.status === "sending" || run.status === "stopping";

  useEffect(() => {
    if (!isSending) return;
    const warn = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", warn);
    return () => window.removeEventListener("beforeunload", warn);
  }, [isSending]);

  // A page that is left sends no further batch.
  useEffect(() => () => controller.current?.abort(), []);

  async function go(entries: readonly Entry[], earlier: readonly BatchResult<State>[]) {
    const send = sender.current;
    if (!send) return;
    controller.current = new AbortController();
    setRun({ status: "sending", entries, results: earlier });
    const { results, problem } = await sendBatches(entries.slice(earlier.length), {
      send,
      states,
      signal: controller.current.signal,
      onProgress: (latest) => setRun((now) => ({ ...now, results: [...earlier, ...latest] })),
    });
    const all = [...earlier, ...results];
    setRun({ status: "ended", entries, results: all, ...(problem ? { problem } : {}) });
    if (!problem) announce(`${all.length} of ${entries.length} are done.`);
  }

  return {
    ...run,
    isSending,
    start: (entries: readonly Entry[], send: (batch: readonly Entry[]) => Promise<ApiResponse>) => {
      sender.current = send;
      return go(entries, []);
    },
    resume: () => go(run.entries, run.results),
    stop: () => {
      controller.current?.abort();
      setRun((now) => ({ ...now, status: "stopping" }));
    },
  };
}
