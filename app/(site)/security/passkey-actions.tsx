"use client";

import { TextField } from "@/app/_ui/field";
import { type Entries, FormDialog } from "./form-dialog";

function readPasskeyName(form: FormData): Entries {
  const name = String(form.get("name") ?? "").trim();
  return name === "" ? { errors: { name: "Enter a name." } } : { body: { name } };
}

export function RenamePasskey({ id, name }: { id: string; name: string }) {
  return (
    <FormDialog
      label="Rename…"
      accessibleName={`Rename the passkey ${name}`}
      title="Rename passkey"
      submitLabel="Rename"
      request={{ method: "PATCH", path: `/api/passkeys/${id}` }}
      read={readPasskeyName}
      done="The passkey is renamed"
    >
      {(errors) => (
        <TextField label="Name" name="name" defaultValue={name} maxLength={60} required error={errors.name} />
      )}
    </FormDialog>
  );
}

export function RemovePasskey({ id, name }: { id: string; name: string }) {
  return (
    <FormDialog
      label="Remove…"
      accessibleName={`Remove the passkey ${name}`}
      title="Remove passkey?"
      submitLabel="Remove"
      variant="danger"
      request={{ method: "DELETE", path: `/api/passkeys/${id}` }}
      done="The passkey is removed"
      focus="passkeys"
    >
      {() => (
        <p>
          <bdi className="font-bold">{name}</bdi> no longer works for signing in. Devices that signed in with
          it are signed out. You can delete it on the device, too.
        </p>
      )}
    </FormDialog>
  );
}
