import { z } from "zod";

export const secondsSchema = (fallback: number, max = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().positive().max(max).default(fallback);
export const countSchema = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);
export const flagSchema = z
  .enum(["true", "false", "1", "0"])
  .default("false")
  .transform((value) => value === "true" || value === "1");
export const baseUrlSchema = z
  .url({ protocol: /^https?$/, error: "must be a URL such as https://example.org" })
  .transform((url) => url.replace(/\/+$/, ""));
export const postgresUrlSchema = z.string().regex(/^postgres(ql)?:\/\//, "must start with postgresql://");

/** Parses variables with a schema. Throws one error that names every problem. */
export function parseVariables<T>(schema: z.ZodType<T>, variables: Record<string, string | undefined>): T {
  // A line of `.env.example` or a cleared field of a dashboard leaves an empty variable.
  const present = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(present);
  if (parsed.success) return parsed.data;
  throw environmentError(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
}

export function environmentError(problems: string[]): Error {
  return new Error(
    `These settings are not valid:\n- ${problems.join("\n- ")}\nAll variables are listed in .env.example.`,
  );
}
