/** Maps a URL path to its route, such as `/u/[handle]`. Only a path names people and files. */
export type RouteMatcher = (path: string) => string;

type DynamicRoute = { pattern: string; segments: string[]; isCatchAll: boolean };

const UNMATCHED = "unmatched";

/** Matches all patterns: a static segment before a parameter, a parameter before a catch-all. */
export function createRouteMatcher(patterns: readonly string[]): RouteMatcher {
  const fixed = new Set(patterns.filter((pattern) => !pattern.includes("[")));
  const dynamic = patterns
    .filter((pattern) => pattern.includes("["))
    .map((pattern): DynamicRoute => {
      const segments = pattern.split("/").slice(1);
      return { pattern, segments, isCatchAll: segments.at(-1)?.startsWith("[...") ?? false };
    })
    .sort((a, b) => routeRank(a).localeCompare(routeRank(b)));
  return (path) => {
    if (fixed.has(path)) return path;
    const segments = path.split("/").slice(1);
    return dynamic.find((route) => isMatch(route, segments))?.pattern ?? UNMATCHED;
  };
}

/** Builds the pattern from Next's route parameters, or "unmatched" if they do not fit the path. */
export function routePatternFromParams(path: string, params: Record<string, string | string[]> = {}): string {
  const segments = path.split("/");
  for (const [name, value] of Object.entries(params)) {
    const isCatchAll = Array.isArray(value);
    const sequence = isCatchAll ? value : [value];
    const index = lastIndexOfSequence(segments, sequence);
    if (index === -1) return UNMATCHED;
    segments.splice(index, sequence.length, isCatchAll ? `[...${name}]` : `[${name}]`);
  }
  return segments.join("/");
}

function lastIndexOfSequence(segments: readonly string[], sequence: readonly string[]): number {
  const isAt = (start: number) =>
    sequence.every((value, index) => decodeSegment(segments[start + index] ?? "") === decodeSegment(value));
  for (let start = segments.length - sequence.length; start > 0; start -= 1) if (isAt(start)) return start;
  return -1;
}

function decodeSegment(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function isMatch({ segments, isCatchAll }: DynamicRoute, path: readonly string[]): boolean {
  if (isCatchAll ? path.length < segments.length : path.length !== segments.length) return false;
  return segments.every((segment, index) => segment.startsWith("[") || segment === path[index]);
}

function routeRank({ segments }: DynamicRoute): string {
  return segments
    .map((segment) => (segment.startsWith("[...") ? "3" : segment.startsWith("[") ? "2" : "1"))
    .join("");
}
