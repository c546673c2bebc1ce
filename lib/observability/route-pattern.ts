/** The route that an address belongs to, as its folder is called: `/u/[handle]`. Never the address, which names people and files. */
export type RouteMatcher = (path: string) => string;

type DynamicRoute = { pattern: string; segments: string[]; isCatchAll: boolean };

const UNMATCHED = "unmatched";

/** Finds the pattern among all patterns of the application; a static segment comes before a parameter, a parameter before the rest. */
export function createRouteMatcher(patterns: readonly string[]): RouteMatcher {
  const fixed = new Set(patterns.filter((pattern) => !pattern.includes("[")));
  const dynamic = patterns
    .filter((pattern) => pattern.includes("["))
    .map((pattern): DynamicRoute => {
      const segments = pattern.split("/").slice(1);
      return { pattern, segments, isCatchAll: segments.at(-1)?.startsWith("[...") ?? false };
    })
    .sort((one, other) => routeRank(one).localeCompare(routeRank(other)));
  return (path) => {
    if (fixed.has(path)) return path;
    const given = path.split("/").slice(1);
    return dynamic.find((one) => isMatch(one, given))?.pattern ?? UNMATCHED;
  };
}

/** What Next tells a handler of its address is enough where nobody knows all patterns. Where the two do not fit, nothing is said of either. */
export function routePatternFromParams(path: string, params: Record<string, string | string[]> = {}): string {
  const segments = path.split("/");
  for (const [name, value] of Object.entries(params)) {
    const many = Array.isArray(value);
    const wanted = many ? value : [value];
    const from = lastIndexOfSequence(segments, wanted);
    if (from === -1) return UNMATCHED;
    segments.splice(from, wanted.length, many ? `[...${name}]` : `[${name}]`);
  }
  return segments.join("/");
}

function lastIndexOfSequence(segments: readonly string[], wanted: readonly string[]): number {
  for (let from = segments.length - wanted.length; from > 0; from -= 1)
    if (wanted.every((value, index) => decodeSegment(segments[from + index] ?? "") === decodeSegment(value))) return from;
  return -1;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function isMatch({ segments, isCatchAll: rest }: DynamicRoute, given: readonly string[]): boolean {
  if (rest ? given.length < segments.length : given.length !== segments.length) return false;
  return segments.every((segment, index) => segment.startsWith("[") || segment === given[index]);
}

function routeRank({ segments }: DynamicRoute): string {
  return segments
    .map((segment) => (segment.startsWith("[...") ? "3" : segment.startsWith("[") ? "2" : "1"))
    .join("");
}
