import type { VercelOutput } from "./output";

const MB = 1e6;

/** The functions as a table: what each answers, its uncompressed size, its time, and the packages that weigh most in it. */
export function formatSizes({ functions }: Pick<VercelOutput, "functions">): string {
  const rows = functions
    .toSorted((one, other) => other.bytes - one.bytes)
    .map(({ bytes, maxDuration, packages, routes }) => [
      (bytes / MB).toFixed(1).padStart(6),
      (maxDuration === undefined ? "-" : String(maxDuration)).padStart(4),
      formatLargestPackages(packages).padEnd(60),
      routes.join(" ") || "(pictures of the site)",
    ]);
  return ["    MB    s  heaviest packages, MB", ...rows.map((row) => row.join("  "))].join("\n");
}

function formatLargestPackages(packages: ReadonlyMap<string, number>): string {
  return [...packages]
    .sort(([, one], [, other]) => other - one)
    .slice(0, 3)
    .map(([name, bytes]) => `${name} ${(bytes / MB).toFixed(1)}`)
    .join(", ");
}
