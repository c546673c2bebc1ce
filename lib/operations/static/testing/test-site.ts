import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { collectStaticFiles } from "../collect-files";
import { createFolderTarget } from "../folder-target";
import { type PublishResult, publishFiles } from "../publish";
import type { StaticTarget } from "../target";

/** How long the files of an earlier build stay. */
export const KEEP_SECONDS = 7 * 24 * 3600;
export const SCRIPT = `export const words = ${JSON.stringify("static files are code ".repeat(50))};`;

/** A small build and a `public/` folder. A publication reads their current files. */
export type TestSite = {
  /** Contains `.next/static` and `public`. */
  folder: string;
  /** The default target of `publish`. */
  target: StaticTarget;
  targetFolder: string;
  write(path: string, text: string): void;
  remove(path: string): void;
  /** Each publication is one second after the one before. */
  publish(build: string, options?: { to?: StaticTarget; dryRun?: boolean }): Promise<PublishResult>;
  advanceClock(seconds: number): void;
  close(): void;
};

/** Creates a site with one script, one text and one picture. */
export function openTestSite(): TestSite {
  const scratch = mkdtempSync(join(tmpdir(), "dossier-static-"));
  const [folder, targetFolder] = [join(scratch, "site"), join(scratch, "published")];
  const target = createFolderTarget(targetFolder);
  let now = Date.parse("2026-01-01T00:00:00Z");
  const site: TestSite = {
    folder,
    target,
    targetFolder,
    write(path, text) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), text);
    },
    remove: (path) => rmSync(join(folder, path)),
    publish(build, { to = target, dryRun = false } = {}) {
      now += 1000;
      const clock = { now: () => new Date(now) };
      return publishFiles(collectStaticFiles(folder), to, {
        clock,
        build,
        keepSeconds: KEEP_SECONDS,
        dryRun,
      });
    },
    advanceClock: (seconds) => {
      now += seconds * 1000;
    },
    close: () => rmSync(scratch, { recursive: true, force: true }),
  };
  site.write(".next/static/chunks/one.js", SCRIPT);
  site.write("public/robots.txt", "User-agent: *");
  site.write("public/photo.png", "not worth compressing");
  return site;
}

export async function listKeys(target: StaticTarget): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of target.list("")) keys.push(key);
  return keys.sort();
}

/**
 * Wraps a target: calls `meanwhile` before it writes one key, and records the order of the keys.
 */
export function recordingTarget(
  target: StaticTarget,
  at?: { key: string; meanwhile: () => Promise<unknown> },
): { to: StaticTarget; written: string[] } {
  const written: string[] = [];
  const to: StaticTarget = {
    ...target,
    put: async (key, ...rest) => {
      if (key === at?.key) await at.meanwhile();
      const done = await target.put(key, ...rest);
      written.push(key);
      return done;
    },
  };
  return { to, written };
}

export async function throwNetworkError(): Promise<never> {
  throw new Error("The network is unavailable.");
}
