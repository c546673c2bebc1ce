"use client";

import { useState } from "react";
import { controlClass, ariaAttributesOf, Field, type FieldProps } from "./field";

/** A password that can be pasted, filled by a password manager and looked at. `autoComplete` says which password it is. */
export function PasswordField({
  label,
  name,
  hint,
  error,
  autoComplete,
  minLength,
}: FieldProps & { autoComplete: "current-password" | "new-password"; minLength?: number }) {
  const [shown, setShown] = useState(false);
  return (
    <Field id={name} {...{ label, hint, error }}>
      <div className="relative">
        <input
          id={name}
          name={name}
          type={shown ? "text" : "password"}
          autoComplete={autoComplete}
          autoCapitalize="none"
          autoCorrect="off"
          spellCheck={false}
          required
          minLength={minLength}
          className={`${controlClass} pr-20`}
          {...ariaAttributesOf(name, { hint, error })}
        />
        <button
          type="button"
          aria-pressed={shown}
          aria-controls={name}
          aria-label={`Show ${typeof label === "string" ? label.toLowerCase() : "password"}`}
          onClick={() => setShown(!shown)}
          className="absolute inset-y-0 right-0 min-w-16 rounded px-3 text-sm font-bold text-accent underline underline-offset-4"
        >
          {shown ? "Hide" : "Show"}
        </button>
      </div>
    </Field>
  );
}
