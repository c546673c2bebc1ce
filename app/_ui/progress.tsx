/**
 * A progress bar: `value` of `max`, or no `value` if it is unknown. `label` is its name, `detail`
 * the text below it ("62 %, 8 s left"). Callers use `announce` for screen readers.
 */
export function Progress({
  label,
  value,
  max = 1,
  detail,
}: {
  label: string;
  value?: number;
  max?: number;
  detail?: string;
}) {
  return (
    <div className="grid gap-1">
      <progress
        aria-label={label}
        value={value}
        max={max}
        className="block h-2 w-full appearance-none overflow-hidden rounded-full border border-edge bg-well [&::-moz-progress-bar]:bg-accent [&::-webkit-progress-bar]:bg-well [&::-webkit-progress-value]:bg-accent [&::-webkit-progress-value]:transition-[width] [&::-webkit-progress-value]:duration-150"
      />
      {detail ? <p className="text-sm text-muted tabular">{detail}</p> : null}
    </div>
  );
}
