import { clsx } from "clsx";
import type { ComponentProps, ReactNode } from "react";
import { Icon } from "./icons";

/** The properties of every control. `name` is the default `id`. An ErrorSummary links to the id. */
export type FieldProps = {
  label: ReactNode;
  name: string;
  /** Says what to enter, with limits and formats. Shown with the label. */
  hint?: ReactNode;
  /** Says what is wrong and what to do. Sets `aria-invalid`. */
  error?: ReactNode;
  /** Adds "(optional)" to the label. Required fields have no mark, because most are required. */
  optional?: boolean;
};

export const controlClass =
  "block w-full min-h-11 rounded border border-edge bg-sheet px-3 py-2 text-base text-ink placeholder:text-muted " +
  "hover:border-ink aria-invalid:border-2 aria-invalid:border-refused disabled:bg-well disabled:text-muted " +
  "[&[readonly]]:bg-well";

/**
 * Shows label, hint, control and error in reading order.
 * `children` is the control, with the attributes of `ariaAttributesOf`.
 */
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

/** Returns the attributes that connect a control with its hint and its error. */
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
  const controlId = id ?? rest.name;
  return (
    <Field id={controlId} {...{ label, hint, error, optional, className }}>
      <input
        id={controlId}
        type={type}
        dir={type === "text" ? "auto" : undefined}
        className={controlClass}
        {...ariaAttributesOf(controlId, { hint, error })}
        {...rest}
      />
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
  const controlId = id ?? rest.name;
  return (
    <Field id={controlId} {...{ label, hint, error, optional, className }}>
      <textarea
        id={controlId}
        rows={rows}
        dir="auto"
        className={controlClass}
        {...ariaAttributesOf(controlId, { hint, error })}
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
  const controlId = id ?? rest.name;
  return (
    <Field id={controlId} {...{ label, hint, error, optional, className }}>
      <select
        id={controlId}
        className={controlClass}
        {...ariaAttributesOf(controlId, { hint, error })}
        {...rest}
      >
        {children}
      </select>
    </Field>
  );
}
