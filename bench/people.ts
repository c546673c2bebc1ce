import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { hashPassword, verifyPassword } from "@better-auth/utils/password";
import { createDb } from "../lib/db/client";
import { newId } from "../lib/id";
import { buildAndPublish } from "../server/build";
import { startPostgres } from "../server/postgres/server";
import { applyMigrations } from "../server/prisma/apply-migrations";
import { seedPeople } from "../tests/support/seed-people";
import { type MeasuredServer, moveOffFirstCore, startMeasuredServer } from "./peers/measured-server";
import { createSession } from "./peers/members";
import { measureInTurns, type Sample, toRows } from "./runner/measure-in-turns";
import { median } from "./runner/median";
import type { BenchResult } from "./runner/result";

export const name = "people";

const APP_URL = "http://localhost:3295";
const SECRET = randomBytes(32).toString("hex");
const PEOPLE = 100_000;
const ACCESSES = 300_000;
const MAX_RATIO = 2;
const SIGN_INS = 60;
const MAX_SIGN_IN_RATIO = 1.2;

/**
 * Reads the pages of admins beside the profile page of the same admin, with 100,000 people. The
 * requests alternate, so all see the same machine.
 */
export async function run(): Promise<BenchResult> {
  moveOffFirstCore();
  await buildAndPublish();
  const dataDir = mkdtempSync(join(tmpdir(), "dossier-bench-"));
  const postgres = await startPostgres({ dataDir });
  try {
    await applyMigrations(postgres.url);
    const { adminId, reviewerId, memberId } = await seedPeople(postgres.url, {
      people: PEOPLE,
      accesses: ACCESSES,
    });
    const site = { databaseUrl: postgres.url, appUrl: APP_URL, secret: SECRET };
    const headers = { cookie: await createSession(adminId, site) };
    const server = await startMeasuredServer(
      [process.execPath, "--import", "tsx", "tests/support/serve-app.ts"],
      `${APP_URL}/api/fields`,
      {
        NODE_ENV: "production",
        PORT: "3295",
        APP_URL,
        AUTH_SECRET: SECRET,
        DATA_DIR: dataDir,
        DATABASE_URL: postgres.url,
      },
    );
    try {
      const people = `${APP_URL}/admin/people`;
      const middle = Buffer.from(JSON.stringify(["person50000@school.example", memberId])).toString(
        "base64url",
      );
      const signIn = await measureSignIn(server, reviewerId, site);
      return report(
        signIn,
        await measureInTurns(
          {
            profile: `${APP_URL}/profile`,
            overview: `${APP_URL}/admin`,
            people: people,
            "people, reviewers": `${people}?role=reviewer`,
            "people, suspended": `${people}?state=suspended`,
            "people, left": `${people}?state=left`,
            "people, one letter": `${people}?query=a`,
            "people, surname": `${people}?query=lovelace`,
            "people, one address": `${people}?query=person77777@`,
            "people, all of a domain": `${people}?query=@school`,
            "people, reviewers of one letter": `${people}?query=a&role=reviewer`,
            "people, row 50,000": `${people}?query=person&cursor=${middle}`,
            "a person": `${people}/${reviewerId}`,
            "who opened what": `${people}/breach?by=${reviewerId}&from=2024-03-01`,
          },
          headers,
        ),
      );
    } finally {
      await server.stop();
    }
  } finally {
    await postgres.leave();
    rmSync(dataDir, { recursive: true, force: true });
  }
}

/**
 * Measures the processor time of a sign-in by password, and of one verification of its hash. In ms.
 */
async function measureSignIn(
  server: MeasuredServer,
  userId: string,
  { databaseUrl, appUrl }: { databaseUrl: string; appUrl: string },
): Promise<{ signIn: number; hash: number }> {
  const password = "three quiet words";
  const hash = await hashPassword(password);
  const db = createDb(databaseUrl, { connections: 1 });
  const { email } = await db.user.update({ where: { id: userId }, data: { emailVerified: true } });
  const account = { id: newId(), accountId: userId, userId, providerId: "credential", password: hash };
  await db.account.create({ data: account });
  await db.$disconnect();
  const times = { signIn: 0, hash: 0 };
  for (let round = -SIGN_INS / 3; round < SIGN_INS; round += 1) {
    if (round === 0) Object.assign(times, { signIn: -server.cpuMs(), hash: 0 });
    const response = await fetch(`${appUrl}/api/auth/sign-in/email`, {
      method: "POST",
      headers: { origin: appUrl, "content-type": "application/json" },
      body: JSON.stringify({ email, password }),
    });
    if (!response.ok) throw new Error(`The sign-in responds ${response.status}.`);
    const before = process.cpuUsage();
    await verifyPassword(hash, password);
    const { user, system } = process.cpuUsage(before);
    times.hash += (user + system) / 1000;
  }
  return { signIn: (times.signIn + server.cpuMs()) / SIGN_INS, hash: times.hash / SIGN_INS };
}

function report(
  { signIn, hash }: { signIn: number; hash: number },
  samples: Map<string, Sample>,
): BenchResult {
  const p50 = (what: string) => median(samples.get(what)?.times ?? []);
  const pages = [...samples.keys()].filter((what) => what.startsWith("people"));
  const ratio = Math.max(...pages.map(p50)) / p50("profile");
  return {
    name,
    rows: toRows(samples),
    goals: [
      {
        what: "p50 of any page of people, ratio to the profile page",
        goal: `at most ${MAX_RATIO}`,
        measured: ratio.toFixed(2),
        met: ratio <= MAX_RATIO,
      },
      {
        what: `processor time of a sign-in (${signIn.toFixed(0)} ms), ratio to the hash (${hash.toFixed(0)} ms)`,
        goal: `at most ${MAX_SIGN_IN_RATIO}`,
        measured: (signIn / hash).toFixed(2),
        met: signIn / hash <= MAX_SIGN_IN_RATIO,
      },
    ],
  };
}
