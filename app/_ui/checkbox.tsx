import type { ComponentProps, ReactNode } from "react";

/** One yes or no, the words as large a target as the box. */
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
