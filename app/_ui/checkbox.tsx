import type { ComponentProps, ReactNode } from "react";

/** A checkbox whose label is part of its 44 px target. */
export function Checkbox({
  label,
  hint,
  ...rest
}: { label: ReactNode; hint?: ReactNode } & ComponentProps<"input">) {
  const hintId = hint && rest.name ? `${rest.id ?? rest.name}-hint` : undefined;
  return (
    <div>
      <label className="flex min-h-11 items-center gap-3 py-2">
        <input type="checkbox" className="size-5 shrink-0" aria-describedby={hintId} {...rest} />
        <span>{label}</span>
      </label>
      {hint ? (
        <p id={hintId} className="pl-8 text-sm text-muted">
          {hint}
        </p>
      ) : null}
    </div>
  );
}
