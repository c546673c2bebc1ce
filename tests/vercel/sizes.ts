import type { VercelOutput } from "./output";

const MB = 1e6;

/** Formats a table of the functions: uncompressed size, time limit, largest packages, routes. */
export function formatSizes({ functions }: Pick<VercelOutput, "functions">): string {
  const rows = functions
    .toSorted((a, b) => b.bytes - a.bytes)
    .map(({ bytes, maxDuration, packages, routes }) => [
      (bytes / MB).toFixed(1).padStart(6),
      (maxDuration === undefined ? "-" : String(maxDuration)).padStart(4),
      formatLargestPackages(packages).padEnd(60),
      routes.join(" ") || "(pictures of the site)",
    ]);
  return ["    MB    s  largest packages, MB", ...rows.map((row) => row.join("  "))].join("\n");
}

function formatLargestPackages(packages: ReadonlyMap<string, number>): string {
  return [...packages]
    .sort(([, a], [, b]) => b - a)
    .slice(0, 3)
    .map(([name, bytes]) => `${name} ${(bytes / MB).toFixed(1)}`)
    .join(", ");
}
