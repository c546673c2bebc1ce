import { parseArgs } from "node:util";
import { z } from "zod";
import { assignRole, type RoleAssignment } from "../lib/accounts/assign-role";
import { createAuth } from "../lib/accounts/auth";
import { trailKeyFromEnv } from "../lib/audit/trail-key";
import { systemClock } from "../lib/clock";
import { createDb } from "../lib/db/client";
import { isLoopback } from "../lib/loopback";
import { openEnvironment } from "../server/environment";

const USAGE =
  "npm run person -- <email> --role member|reviewer|admin [--fields a,b|all] [--name N] [--password P]";

const argumentsSchema = z.object({
  email: z.email("must be an e-mail address"),
  role: z.enum(["member", "reviewer", "admin"], "must be member, reviewer or admin"),
  fields: z
    .string()
    .transform((text) => (text.trim() === "all" ? "all" : splitList(text)))
    .optional(),
  name: z.string().optional(),
  password: z.string().min(10, "needs 10 characters or more").optional(),
});

function splitList(text: string): string[] {
  return text
    .split(",")
    .map((name) => name.trim())
    .filter(Boolean);
}

function parseArguments(): RoleAssignment {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { role: text, fields: text, name: text, password: text },
  });
  const parsed = argumentsSchema.safeParse({ email: positionals[0], ...values });
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map(({ path, message }) => `${path.join(".")} ${message}`);
  throw new Error(`${problems.join("\n")}\n${USAGE}`);
}

async function main(): Promise<void> {
  const assignment = parseArguments();
  const { env, close } = await openEnvironment();
  const db = createDb(env.DATABASE_URL, { connections: 2 });
  try {
    const auth = createAuth(db, { appUrl: env.APP_URL, secret: env.AUTH_SECRET });
    const trustsUnverifiedAccounts = isLoopback(env.APP_URL);
    const trailKey = trailKeyFromEnv(env);
    const context = { db, clock: systemClock, trailKey, auth, trustsUnverifiedAccounts };
    const { created, grants } = await assignRole(context, assignment);
    const { email, role } = assignment;
    const access =
      grants.length > 0 ? `may see: ${grants.join(", ")}` : "has no access to members' documents";
    console.log(`${email} is ${created ? "a new" : "now a"} ${role} and ${access}.`);
  } finally {
    await db.$disconnect();
    await close();
  }
}

try {
  await main();
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
