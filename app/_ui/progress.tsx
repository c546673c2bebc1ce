/**
 * How far something is: `value` of `max`, or no `value` where that is unknown. `label` names it, `detail` says the rest in
 * words ("62 %, 8 s left"). Announcing is the caller's, with `announce`, at a pace that a listener can bear.
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
