"use client";

import { isJsonObject } from "@/app/_ui/call-api";
import { TextField } from "@/app/_ui/field";
import { homePathOf } from "@/app/_ui/navigation";
import { COOKIES_BLOCKED } from "../../auth-problem";
import { NewPasswordForm } from "../../new-password-form";
import { isSessionMissing } from "../../post-to-auth";
import { useEntryForm } from "../../use-entry-form";

/** An invited person gives a name and a password, and is signed in. */
export function JoinForm({ token, name, email }: { token: string; name: string; email: string }) {
  const entryForm = useEntryForm({
    path: `/api/invitations/${token}`,
    done: async (_, body) => {
      if (await isSessionMissing()) return [COOKIES_BLOCKED];
      window.location.assign(startPathOf(body));
      return undefined;
    },
  });
  return (
    <NewPasswordForm
      entryForm={entryForm}
      errorTitle="You have not joined yet"
      email={email}
      submitLabel="Join"
      pendingLabel="Joining…"
    >
      <TextField
        label="Your name"
        name="name"
        hint="As written in your documents, in any alphabet."
        autoComplete="name"
        maxLength={100}
        required
        defaultValue={name}
        error={entryForm.errorOf("name")}
      />
    </NewPasswordForm>
  );
}

/** A new member begins with the profile, a reviewer or an admin with the work. */
function startPathOf(body: unknown): string {
  const user = isJsonObject(body) && isJsonObject(body.user) ? body.user : {};
  return user.role === "reviewer" || user.role === "admin" ? homePathOf(user.role) : "/profile";
}
