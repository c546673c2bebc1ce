"use client";

import { FormDialog } from "./form-dialog";

export function RemoveApp() {
  return (
    <FormDialog
      label="Remove app…"
      title="Remove authenticator app?"
      submitLabel="Remove"
      variant="danger"
      request={{ method: "DELETE", path: "/api/account/app" }}
      done="The authenticator app is removed"
      focus="app"
    >
      {() => <p>Its codes no longer work here. You can then set up another app.</p>}
    </FormDialog>
  );
}
