import { z } from "zod";

export const secondsSchema = (fallback: number, most = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().positive().max(most).default(fallback);
export const countSchema = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);
export const flagSchema = z
  .enum(["true", "false", "1", "0"])
  .default("false")
  .transform((value) => value === "true" || value === "1");
export const baseUrlSchema = z
  .url({ protocol: /^https?$/, error: "must be an address such as https://example.org" })
  .transform((url) => url.replace(/\/+$/, ""));
export const postgresUrlSchema = z.string().regex(/^postgres(ql)?:\/\//, "must start with postgresql://");

/** Variables as a shape has them. Throws one error that names every problem, for the person who starts the program. */
export function parseVariables<T>(schema: z.ZodType<T>, variables: Record<string, string | undefined>): T {
  // An empty variable is what an untouched line of `.env.example` or a cleared field of a dashboard leaves behind.
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw environmentError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
}

export function environmentError(problems: string[]): Error {
  return new Error(
    `The environment does not fit:\n- ${problems.join("\n- ")}\nAll variables are listed in .env.example.`,
  );
}
