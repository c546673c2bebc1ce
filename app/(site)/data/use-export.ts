"use client";

import { useCallback, useEffect, useRef, useState } from "react";
import { announce } from "@/app/_ui/announce";
import type { ExportProblem, ExportProgress } from "./export/archive-entries";
import { chooseSaveTarget, type SaveTarget } from "./export/save-target";
import { describeProgress, formatContents } from "./export-text";

export type ExportState =
  | { name: "idle" }
  | { name: "running"; progress: ExportProgress }
  | { name: "saved"; progress: ExportProgress; problems: readonly ExportProblem[] }
  | { name: "failed"; detail: string };

const START: ExportProgress = { files: 0, bytes: 0, totalFiles: 0, totalBytes: 0, stall: undefined };
/** A screen shows no more. Milliseconds. */
const RENDER_PAUSE_MS = 200;
const FAILED =
  "Your data could not be saved. Check that there is enough space on your device, then try again.";

/** Downloads the person's data. The browser asks before the page closes. */
export function useExport(fileName: string) {
  const [state, setState] = useState<ExportState>({ name: "idle" });
  const running = useRef<AbortController | null>(null);
  const isRunning = state.name === "running";

  useEffect(() => {
    if (!isRunning) return;
    const ask = (event: BeforeUnloadEvent) => event.preventDefault();
    window.addEventListener("beforeunload", ask);
    return () => window.removeEventListener("beforeunload", ask);
  }, [isRunning]);
  // A page that is left ends its download.
  useEffect(() => () => running.current?.abort(), []);

  const start = useCallback(async () => {
    // Before anything else: the browser asks only in a click.
    const target = await chooseSaveTarget(fileName);
    if (!target || running.current) return;
    const controller = new AbortController();
    running.current = controller;
    setState({ name: "running", progress: START });
    announce("Download started");
    setState(
      await run(target, fileName, controller.signal, (progress) => setState({ name: "running", progress })),
    );
    running.current = null;
  }, [fileName]);

  const cancel = useCallback(() => running.current?.abort(), []);
  return { state, start, cancel };
}

/** Runs the export, tells screen readers about it, and returns how it ended. */
async function run(
  target: SaveTarget,
  fileName: string,
  signal: AbortSignal,
  show: (progress: ExportProgress) => void,
): Promise<ExportState> {
  let latest = START;
  const announceChange = createAnnouncer();
  let shownAt = 0;
  const onProgress = (progress: ExportProgress) => {
    const isUrgent = progress.stall !== latest.stall || progress.files !== latest.files;
    latest = progress;
    announceChange(progress);
    if (signal.aborted || (!isUrgent && performance.now() - shownAt < RENDER_PAUSE_MS)) return;
    shownAt = performance.now();
    show(progress);
  };
  try {
    const { runExport } = await import("./export/run-export");
    const problems = await runExport(target, fileName, { signal, onProgress });
    const saved = `Your data is saved: ${formatContents(latest.totalFiles, latest.totalBytes)}`;
    announce(problems.length > 0 ? `${saved}. ${problems.length} of them have a problem.` : saved);
    return { name: "saved", progress: latest, problems };
  } catch (error) {
    if (signal.aborted) {
      announce("Download cancelled");
      return { name: "idle" };
    }
    return { name: "failed", detail: isStopped(error) ? error.message : FAILED };
  }
}

/** Tells whether our code stopped the export. By name: its class is loaded only with the rest. */
function isStopped(error: unknown): error is Error {
  return error instanceof Error && error.name === "ExportStoppedError";
}

/** Announces each quarter, and why nothing moves. */
function createAnnouncer(): (progress: ExportProgress) => void {
  let [quarter, stall]: [number, ExportProgress["stall"]] = [0, undefined];
  return (progress) => {
    if (progress.stall !== stall) {
      stall = progress.stall;
      announce(stall ? describeProgress(progress) : "The download goes on");
    }
    const next = Math.floor((progress.bytes / Math.max(1, progress.totalBytes)) * 4);
    if (next > quarter && next < 4) announce(`Download: ${next * 25} %`);
    quarter = next;
  };
}
