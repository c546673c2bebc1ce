import { z } from "zod";

export const seconds = (fallback: number, most = Number.MAX_SAFE_INTEGER) =>
  z.coerce.number().int().positive().max(most).default(fallback);
export const count = (fallback: number) => z.coerce.number().int().nonnegative().default(fallback);
export const flag = z
  .enum(["true", "false", "1", "0"])
  .default("false")
  .transform((value) => value === "true" || value === "1");
export const origin = z
  .url({ protocol: /^https?$/, error: "must be an address such as https://example.org" })
  .transform((url) => url.replace(/\/+$/, ""));
export const postgres = z.string().regex(/^postgres(ql)?:\/\//, "must start with postgresql://");

/** Variables as a shape has them. Throws one error that names every problem, for the person who starts the program. */
export function parse<T>(schema: z.ZodType<T>, variables: Record<string, string | undefined>): T {
  // An empty variable is what an untouched line of `.env.example` or a cleared field of a dashboard leaves behind.
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ""),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map((issue) => `${issue.path.join(".")}: ${issue.message}`));
}

export function invalid(problems: string[]): Error {
  return new Error(
    `The environment does not fit:\n- ${problems.join("\n- ")}\nAll variables are listed in .env.example.`,
  );
}
