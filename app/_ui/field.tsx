import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { Icon } from "./icons";

/** What every control is given: `name` doubles as the `id` unless one is given, and is what an ErrorSummary links to. */
export type FieldProps = {
  label: ReactNode;
  name: string;
  /** Beside the label, before anything is typed: what is wanted, limits, formats. */
  hint?: ReactNode;
  /** What is wrong and what to do about it. Sets `aria-invalid`. */
  error?: ReactNode;
  /** Adds "(optional)" to the label; nothing marks what is required, since most is. */
  optional?: boolean;
};

export const controlClass =
  "block w-full min-h-11 rounded border border-edge bg-sheet px-3 py-2 text-base text-ink placeholder:text-muted " +
  "hover:border-ink aria-invalid:border-2 aria-invalid:border-refused disabled:bg-well disabled:text-muted " +
  "[&[readonly]]:bg-well";

/** Label, hint, control, error: in the order in which they are read. `children` is the control, wired with `describedBy`. */
export function Field({
  id,
  label,
  hint,
  error,
  optional,
  className,
  children,
}: Omit<FieldProps, "name"> & { id: string; className?: string; children: ReactNode }) {
  return (
    <div className={clsx("grid gap-1.5", className)}>
      <label htmlFor={id} className="font-bold">
        {label}
        {optional ? <span className="font-normal text-muted"> (optional)</span> : null}
      </label>
      {hint ? (
        <p id={`${id}-hint`} className="text-sm text-muted">
          {hint}
        </p>
      ) : null}
      {children}
      {error ? (
        <p id={`${id}-error`} className="flex gap-1.5 text-sm font-bold text-refused">
          <Icon name="alert" className="size-5" />
          <span>{error}</span>
        </p>
      ) : null}
    </div>
  );
}

/** The attributes that tie a control to its hint and its error. */
export function ariaAttributesOf(id: string, { hint, error }: { hint?: ReactNode; error?: ReactNode }) {
  const ids = [hint ? `${id}-hint` : "", error ? `${id}-error` : ""].filter(Boolean).join(" ");
  return { "aria-describedby": ids || undefined, "aria-invalid": error ? (true as const) : undefined };
}

type ControlProps<Tag extends "input" | "textarea" | "select"> = FieldProps &
  Omit<ComponentProps<Tag>, keyof FieldProps> & { name: string };

export function TextField({
  label,
  hint,
  error,
  optional,
  className,
  id,
  type = "text",
  ...rest
}: ControlProps<"input">) {
  const own = id ?? rest.name;
  return (
    <Field id={own} {...{ label, hint, error, optional, className }}>
      <input id={own} type={type} className={controlClass} {...ariaAttributesOf(own, { hint, error })} {...rest} />
    </Field>
  );
}

export function TextArea({
  label,
  hint,
  error,
  optional,
  className,
  id,
  rows = 5,
  ...rest
}: ControlProps<"textarea">) {
  const own = id ?? rest.name;
  return (
    <Field id={own} {...{ label, hint, error, optional, className }}>
      <textarea
        id={own}
        rows={rows}
        className={controlClass}
        {...ariaAttributesOf(own, { hint, error })}
        {...rest}
      />
    </Field>
  );
}

/** A native select: `children` are its options. */
export function Select({
  label,
  hint,
  error,
  optional,
  className,
  id,
  children,
  ...rest
}: ControlProps<"select">) {
  const own = id ?? rest.name;
  return (
    <Field id={own} {...{ label, hint, error, optional, className }}>
      <select id={own} className={controlClass} {...ariaAttributesOf(own, { hint, error })} {...rest}>
        {children}
      </select>
    </Field>
  );
}
