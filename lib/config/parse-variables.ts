import type { z } from "zod";

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
