"use client";

import { useState } from "react";
import { ariaAttributesOf, controlClass, Field, type FieldProps } from "./field";

/** A password field with a "Show" button. Pasting and password managers work. */
export function PasswordField({
  label,
  name,
  hint,
  error,
  autoComplete,
  minLength,
}: FieldProps & { autoComplete: "current-password" | "new-password"; minLength?: number }) {
  const [isShown, setIsShown] = useState(false);
  return (
    <Field id={name} {...{ label, hint, error }}>
      <div className="relative">
        <input
          id={name}
          name={name}
          type={isShown ? "text" : "password"}
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
          aria-pressed={isShown}
          aria-controls={name}
          aria-label={`Show ${typeof label === "string" ? label.toLowerCase() : "password"}`}
          onClick={() => setIsShown(!isShown)}
          className="absolute inset-y-0 right-0 min-w-16 rounded px-3 text-sm font-bold text-accent underline underline-offset-4"
        >
          {isShown ? "Hide" : "Show"}
        </button>
      </div>
    </Field>
  );
}
