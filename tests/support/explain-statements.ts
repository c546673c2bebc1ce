import type { AppContext } from "../../lib/app-context";
import type { Tx } from "../../lib/db/client";
import { Prisma } from "../../lib/db/generated/client";

type Plan = { "Node Type": string; "Relation Name"?: string; Plans?: Plan[] } & Record<string, number>;

/** Counts the rows that the scans of a plan have read, those that they threw away included. */
function rowsRead(plan: Plan): number {
  const loops = plan["Actual Loops"] ?? 1;
  const own = /Scan$/.test(plan["Node Type"])
    ? ((plan["Actual Rows"] ?? 0) +
        (plan["Rows Removed by Filter"] ?? 0) +
        (plan["Rows Removed by Index Recheck"] ?? 0)) *
      loops
    : 0;
  return (plan.Plans ?? []).reduce((sum, child) => sum + rowsRead(child), own);
}

function tablesRead(plan: Plan): string[] {
  const own = plan["Node Type"] === "Seq Scan" ? [plan["Relation Name"] ?? ""] : [];
  return [...own, ...(plan.Plans ?? []).flatMap(tablesRead)];
}

/** Returns `target` with one property replaced. */
function withProperty<T extends object>(target: T, name: string, value: unknown): T {
  const bound = (found: unknown) => (typeof found === "function" ? found.bind(target) : found);
  return new Proxy(target, {
    get: (_, asked) => (asked === name ? value : bound(Reflect.get(target, asked, target))),
  });
}

/** A statement, the rows that it has read, and the tables that it has read from start to end. */
export type Explained = { rows: number; wholeTables: string[] };

/** Runs `work` and explains each SQL statement that it sends. */
export async function explainStatements(
  context: AppContext,
  work: (context: AppContext) => Promise<unknown>,
): Promise<Explained[]> {
  const { db } = context;
  const statements: { text: string; values: unknown[] }[] = [];
  const pool = withProperty(db.pool, "query", (text: string, values: unknown[]) => {
    statements.push({ text, values });
    return db.pool.query(text, values);
  });
  const watch = <T extends Tx>(tx: T): T =>
    withProperty(tx, "$queryRaw", (strings: TemplateStringsArray, ...values: Prisma.Sql[]) => {
      statements.push(Prisma.sql(strings, ...values));
      return tx.$queryRaw(strings, ...values);
    });
  const transaction = (run: (tx: Tx) => Promise<unknown>) => db.$transaction((tx) => run(watch(tx)));
  const watched = withProperty(withProperty(db, "pool", pool), "$transaction", transaction);
  await work({ ...context, db: watch(watched) });
  const explained: Explained[] = [];
  for (const { text, values } of statements) {
    const { rows } = await db.pool.query(`EXPLAIN (ANALYZE, FORMAT JSON) ${text}`, values);
    const plan: Plan = rows[0]["QUERY PLAN"][0].Plan;
    explained.push({ rows: rowsRead(plan), wholeTables: tablesRead(plan) });
  }
  return explained;
}
