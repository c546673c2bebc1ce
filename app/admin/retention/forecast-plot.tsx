import { scaleLinear } from "d3-scale";
import { stack } from "d3-shape";
import { formatDate } from "@/app/_ui/format";
import type { ForecastDay } from "@/lib/retention/forecast";

const DAY_MS = 24 * 3600 * 1000;
const WEEKS = 53;
const HEIGHT = 160;
/** The colours of fields in the order of their declaration. A pattern tells them apart too. */
const FILLS = [
  "var(--stamp-submitted)",
  "var(--stamp-changes)",
  "var(--stamp-approved)",
  "var(--stamp-expired)",
];

type Series = { name: string; label: string };

/**
 * Plots the files that end in each of the next 53 weeks, stacked by field. The table below has the
 * same numbers, so the plot is one image to a screen reader.
 */
export function ForecastPlot({
  days,
  today,
  series,
}: {
  days: readonly ForecastDay[];
  /** `YYYY-MM-DD` */
  today: string;
  series: readonly Series[];
}) {
  const weeks = countWeeks(days, today, series);
  const layers = stack<Map<string, number>, string>()
    .keys(series.map(({ name }) => name))
    .value((week, name) => week.get(name) ?? 0)(weeks);
  const highest = Math.max(...weeks.map((week) => [...week.values()].reduce((sum, files) => sum + files, 0)));
  const y = scaleLinear([0, Math.max(highest, 1)], [HEIGHT, 0]);
  return (
    <figure className="grid gap-3">
      <figcaption className="flex flex-wrap gap-x-6 gap-y-1 text-sm">
        {series.map(({ name, label }, index) => (
          <span key={name} className="flex items-center gap-2">
            <svg aria-hidden="true" className="size-4 rounded-sm" viewBox="0 0 16 16">
              <rect width="16" height="16" fill={fillOf(index)} />
              <Hatching index={index} x={0} width={16} y={0} height={16} />
            </svg>
            {label}
          </span>
        ))}
        <span className="text-muted">Files per week, at most {highest}</span>
      </figcaption>
      <svg
        role="img"
        aria-label="Files that end in each of the next 53 weeks. The table has the numbers."
        viewBox={`0 0 ${WEEKS * 10} ${HEIGHT}`}
        preserveAspectRatio="none"
        className="h-40 w-full border-b border-edge"
      >
        {layers.map((layer, index) =>
          layer.map(([from, to], week) =>
            to > from ? (
              <g
                key={`${layer.key}-${
                  // biome-ignore lint/suspicious/noArrayIndexKey: the week is the identity
                  week
                }`}
              >
                <rect x={week * 10 + 1} width={8} y={y(to)} height={y(from) - y(to)} fill={fillOf(index)} />
                <Hatching index={index} x={week * 10 + 1} width={8} y={y(to)} height={y(from) - y(to)} />
              </g>
            ) : null,
          ),
        )}
      </svg>
      <p aria-hidden="true" className="flex justify-between text-sm text-muted tabular">
        {[0, 13, 26, 39, 52].map((week) => (
          <span key={week}>{formatDate(new Date(Date.parse(today) + week * 7 * DAY_MS))}</span>
        ))}
      </p>
    </figure>
  );
}

function fillOf(index: number): string {
  return FILLS[index % FILLS.length] ?? "currentcolor";
}

/** Lines across a bar, more for each next field. */
function Hatching({
  index,
  x,
  width,
  y,
  height,
}: {
  index: number;
  x: number;
  width: number;
  y: number;
  height: number;
}) {
  return Array.from({ length: index % 4 }, (_, line) => (
    <rect
      // biome-ignore lint/suspicious/noArrayIndexKey: the lines have no other identity
      key={line}
      x={x + ((line + 1) * width) / ((index % 4) + 1)}
      width={width / 12}
      y={y}
      height={height}
      fill="var(--paper)"
    />
  ));
}

/** Counts the files of each week by field. Files that are due already belong to the first week. */
function countWeeks(
  days: readonly ForecastDay[],
  today: string,
  series: readonly Series[],
): Map<string, number>[] {
  const weeks = Array.from({ length: WEEKS }, () => new Map(series.map(({ name }) => [name, 0])));
  for (const { date, field, files } of days) {
    const week = Math.max(0, Math.floor((Date.parse(date) - Date.parse(today)) / (7 * DAY_MS)));
    const counts = weeks[Math.min(week, WEEKS - 1)];
    counts?.set(field, (counts.get(field) ?? 0) + files);
  }
  return weeks;
}
