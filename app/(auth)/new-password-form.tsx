"use client";

import type { ReactNode } from "react";
import { Button } from "@/app/_ui/button";
import { ErrorSummary } from "@/app/_ui/error-summary";
import { PasswordField } from "@/app/_ui/password-field";
import { MIN_PASSWORD_LENGTH, type useEntryForm } from "./use-entry-form";

/** A form with which a person chooses a password, after other entries in `children`. */
export function NewPasswordForm({
  entryForm: { form, errors, errorOf, pending, onSubmit },
  errorTitle,
  email,
  submitLabel,
  pendingLabel,
  children,
}: {
  entryForm: ReturnType<typeof useEntryForm>;
  errorTitle: string;
  /** Tells password managers whose password this is. */
  email: string;
  submitLabel: string;
  pendingLabel: string;
  children?: ReactNode;
}) {
  return (
    // POST, so that the URL never contains a password, even before the script runs.
    <form ref={form} method="post" noValidate onSubmit={onSubmit} className="grid gap-5">
      <ErrorSummary errors={errors} title={errorTitle} />
      <div className="grid gap-1.5">
        <p className="font-bold">E-mail address</p>
        <p className="wrap-anywhere">
          <bdi>{email}</bdi>
        </p>
        <input type="email" autoComplete="username" value={email} readOnly hidden />
      </div>
      {children}
      <PasswordField
        label="Password"
        name="password"
        hint={`At least ${MIN_PASSWORD_LENGTH} characters. Three or four words in a row are fine.`}
        autoComplete="new-password"
        minLength={MIN_PASSWORD_LENGTH}
        error={errorOf("password")}
      />
      <Button type="submit" variant="primary" wide pending={pending} pendingLabel={pendingLabel}>
        {submitLabel}
      </Button>
    </form>
  );
}
