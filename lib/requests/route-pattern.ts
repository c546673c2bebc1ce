/** The route that an address belongs to, as its folder is called: `/u/[handle]`. Never the address, which names people and files. */
export type RouteOf = (path: string) => string;

type Dynamic = { pattern: string; segments: string[]; rest: boolean };

const NOWHERE = "unmatched";

/** Finds the pattern among all patterns of the application; a static segment comes before a parameter, a parameter before the rest. */
export function routeFinder(patterns: readonly string[]): RouteOf {
  const fixed = new Set(patterns.filter((pattern) => !pattern.includes("[")));
  const dynamic = patterns
    .filter((pattern) => pattern.includes("["))
    .map((pattern): Dynamic => {
      const segments = pattern.split("/").slice(1);
      return { pattern, segments, rest: segments.at(-1)?.startsWith("[...") ?? false };
    })
    .sort((one, other) => rankOf(one).localeCompare(rankOf(other)));
  return (path) => {
    if (fixed.has(path)) return path;
    const given = path.split("/").slice(1);
    return dynamic.find((one) => fits(one, given))?.pattern ?? NOWHERE;
  };
}

/** What Next tells a handler of its address is enough where nobody knows all patterns. Where the two do not fit, nothing is said of either. */
export function patternFrom(path: string, params: Record<string, string | string[]> = {}): string {
  const segments = path.split("/");
  for (const [name, value] of Object.entries(params)) {
    const many = Array.isArray(value);
    const wanted = many ? value : [value];
    const from = lastIndexOf(segments, wanted);
    if (from === -1) return NOWHERE;
    segments.splice(from, wanted.length, many ? `[...${name}]` : `[${name}]`);
  }
  return segments.join("/");
}

function lastIndexOf(segments: readonly string[], wanted: readonly string[]): number {
  for (let from = segments.length - wanted.length; from > 0; from -= 1)
    if (wanted.every((value, index) => decoded(segments[from + index] ?? "") === decoded(value))) return from;
  return -1;
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function fits({ segments, rest }: Dynamic, given: readonly string[]): boolean {
  if (rest ? given.length < segments.length : given.length !== segments.length) return false;
  return segments.every((segment, index) => segment.startsWith("[") || segment === given[index]);
}

function rankOf({ segments }: Dynamic): string {
  return segments
    .map((segment) => (segment.startsWith("[...") ? "3" : segment.startsWith("[") ? "2" : "1"))
    .join("");
}
