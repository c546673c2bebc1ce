"use client";

import { PasswordField } from "@/app/_ui/password-field";
import { type Entries, FormDialog } from "./form-dialog";

const MIN_PASSWORD_LENGTH = 10;

export function ChangePassword({ email }: { email: string }) {
  return (
    <FormDialog
      label="Change password…"
      title="Change password"
      submitLabel="Change password"
      request={{ method: "POST", path: "/api/account/password" }}
      read={readPasswords}
      done="Your password is changed"
    >
      {(errors) => (
        <>
          {/* So that a password manager knows whose password it saves. */}
          <input type="hidden" name="username" autoComplete="username" value={email} readOnly />
          <PasswordField
            label="Present password"
            name="password"
            autoComplete="current-password"
            error={errors.password}
          />
          <PasswordField
            label="New password"
            name="newPassword"
            hint={`At least ${MIN_PASSWORD_LENGTH} characters. Three or four words in a row are fine.`}
            autoComplete="new-password"
            minLength={MIN_PASSWORD_LENGTH}
            error={errors.newPassword}
          />
        </>
      )}
    </FormDialog>
  );
}

function readPasswords(form: FormData): Entries {
  const [password, newPassword] = ["password", "newPassword"].map((name) => String(form.get(name) ?? ""));
  if (!password) return { errors: { password: "Enter your present password." } };
  if ((newPassword ?? "").length < MIN_PASSWORD_LENGTH)
    return { errors: { newPassword: `The new password needs at least ${MIN_PASSWORD_LENGTH} characters.` } };
  return { body: { password, newPassword } };
}
