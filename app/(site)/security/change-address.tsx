"use client";

import { TextField } from "@/app/_ui/field";
import { PasswordField } from "@/app/_ui/password-field";
import { type Entries, FormDialog } from "./form-dialog";

export function ChangeAddress() {
  return (
    <FormDialog
      label="Change address…"
      title="Change e-mail address"
      submitLabel="Send link"
      request={{ method: "POST", path: "/api/account/address" }}
      read={readEntries}
      done="A link is on its way"
      after={(_, form) => (
        <p role="status">
          If <bdi className="font-bold break-all">{String(form.get("email"))}</bdi> can be used, a mail with a
          link is on its way to it. Open the link within a day. Until then nothing changes.
        </p>
      )}
    >
      {(errors) => (
        <>
          <TextField
            label="New e-mail address"
            name="email"
            type="email"
            inputMode="email"
            autoComplete="email"
            autoCapitalize="none"
            spellCheck={false}
            required
            error={errors.email}
          />
          <PasswordField
            label="Password"
            name="password"
            autoComplete="current-password"
            error={errors.password}
          />
          <p className="text-sm text-muted">
            We tell your present address about the change. From there it can be undone for seven days.
          </p>
        </>
      )}
    </FormDialog>
  );
}

function readEntries(form: FormData): Entries {
  const email = String(form.get("email") ?? "").trim();
  const password = String(form.get("password") ?? "");
  if (!/^\S+@\S+$/.test(email))
    return { errors: { email: "This is not an e-mail address. It should look like ada@example.org." } };
  if (!password) return { errors: { password: "Enter your password." } };
  return { body: { email, password } };
}
