import { parseArgs } from "node:util";
import { z } from "zod";
import { assignRole, type RoleAssignment } from "../lib/accounts/assign-role";
import { trailKeyFromEnv } from "../lib/audit/trail-key";
import { systemClock } from "../lib/clock";
import { accountRulesFromEnv } from "../lib/config/create-app-context";
import { createDb } from "../lib/db/client";
import { mailSettingsFromEnv } from "../lib/mail/settings";
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
  password: z.string().optional(),
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
    const [trailKey, mail] = [trailKeyFromEnv(env), mailSettingsFromEnv(env)];
    const context = { db, clock: systemClock, trailKey, mail, ...accountRulesFromEnv(env) };
    const { created, grants, linkPath } = await assignRole(context, assignment);
    const { email, role } = assignment;
    const access =
      grants.length > 0 ? `may see: ${grants.join(", ")}` : "has no access to members' documents";
    console.log(`${email} is ${created ? "a new" : "now a"} ${role} and ${access}.`);
    if (linkPath)
      console.log(
        `Open this link to set a password. It works once, for 24 hours:\n${env.APP_URL}${linkPath}`,
      );
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
