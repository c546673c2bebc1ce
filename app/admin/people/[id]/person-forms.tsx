"use client";

import { Checkbox } from "@/app/_ui/checkbox";
import { Select, TextField } from "@/app/_ui/field";
import { SettingForm } from "./setting-form";

type Choice = { value: string; label: string };

export function RoleForm({ id, role, roles }: { id: string; role: string; roles: readonly Choice[] }) {
  return (
    <SettingForm
      title="Role"
      method="PATCH"
      path={`/api/people/${id}`}
      bodyOf={(form) => ({ role: form.get("role") })}
    >
      <Select
        key={role}
        label="Role"
        name="role"
        defaultValue={role}
        hint="A role brings no access to documents. A member loses all access."
      >
        {roles.map(({ value, label }) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </Select>
    </SettingForm>
  );
}

/** `granted` are the names of the fields that the person may see. */
export function GrantsForm({
  id,
  granted,
  choices,
}: {
  id: string;
  granted: readonly string[];
  choices: readonly Choice[];
}) {
  return (
    <SettingForm
      title="Access to documents"
      method="PUT"
      path={`/api/people/${id}/grants`}
      bodyOf={(form) => ({ fields: form.getAll("fields") })}
    >
      <fieldset key={granted.join()}>
        <legend className="font-bold">May see documents of these types</legend>
        {choices.map(({ value, label }) => (
          <Checkbox
            key={value}
            id={`fields-${value}`}
            name="fields"
            value={value}
            label={label}
            defaultChecked={granted.includes(value)}
          />
        ))}
      </fieldset>
    </SettingForm>
  );
}

export function WorkNameForm({ id, workName }: { id: string; workName: string }) {
  return (
    <SettingForm
      title="Work name"
      method="PATCH"
      path={`/api/people/${id}`}
      bodyOf={(form) => ({ workName: form.get("workName") })}
    >
      <TextField
        key={workName}
        label="Work name"
        name="workName"
        optional
        hint="Members see it instead of the name when this person opens a document as a reviewer or an admin. Earlier entries keep their name."
        defaultValue={workName}
        maxLength={100}
        autoComplete="off"
      />
    </SettingForm>
  );
}
