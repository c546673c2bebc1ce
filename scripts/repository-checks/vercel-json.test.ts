import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { JOBS, type Job } from "@/lib/jobs/jobs";
import { root } from "../../server/root";

const vercelJson = JSON.parse(readFileSync(join(root, "vercel.json"), "utf8"));

type CronLine = { path: string; schedule: string };

/**
 * Lists what to change in `crons` of vercel.json: one sentence for each job that differs. A fork on
 * a paid plan may have the frequent schedules.
 */
function findCronDifferences(crons: readonly CronLine[], jobs: readonly Job[]): string[] {
  const isOf = ({ name, schedule, dailySchedule }: Job, line: CronLine) =>
    line.path === `/api/cron/${name}` && [schedule, dailySchedule].includes(line.schedule);
  const missing = jobs
    .filter((job) => !crons.some((line) => isOf(job, line)))
    .map(({ name, dailySchedule }) => ({ path: `/api/cron/${name}`, schedule: dailySchedule }))
    .map((line) => `Write to "crons" of vercel.json: ${JSON.stringify(line)}`);
  const extra = crons
    .filter((line) => !jobs.some((job) => isOf(job, line)))
    .map((line) => `Remove from "crons" of vercel.json: ${JSON.stringify(line)}`);
  return [...missing, ...extra];
}

test("vercel.json calls each job of lib/jobs/jobs.ts on its schedule", () => {
  expect(findCronDifferences(vercelJson.crons, [...JOBS.values()])).toEqual([]);
});

test("a new or removed job is named with the line to write", () => {
  const planted: Job = {
    name: "planted",
    schedule: "* * * * *",
    dailySchedule: "30 2 * * *",
    run: async () => ({}),
  };
  const others = [...JOBS.values()].filter(({ name }) => name !== "work");
  expect(findCronDifferences(vercelJson.crons, [...others, planted])).toEqual([
    'Write to "crons" of vercel.json: {"path":"/api/cron/planted","schedule":"30 2 * * *"}',
    'Remove from "crons" of vercel.json: {"path":"/api/cron/work","schedule":"40 3 * * *"}',
  ]);
});

test("Vercel ignores the files that git ignores", () => {
  // Without a .vercelignore the CLI of Vercel reads .gitignore.
  const ignored = readFileSync(join(root, ".gitignore"), "utf8").split("\n");
  expect(ignored).toEqual(expect.arrayContaining([".data/", ".env", ".env.*", "/.static/", "/.bundle/"]));
  expect(existsSync(join(root, ".vercelignore"))).toBe(false);
});
