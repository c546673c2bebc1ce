"use client";

import { CodeSheet } from "./code-sheet";
import { FormDialog } from "./form-dialog";

export function BackupCodes({ left }: { left: number }) {
  return (
    <>
      <p>{left === 0 ? "You have none." : `You have ${left === 1 ? "1 code" : `${left} codes`} left.`}</p>
      <FormDialog
        label={left === 0 ? "Make codes…" : "Make new codes…"}
        title={left === 0 ? "Make backup codes" : "Make new backup codes?"}
        submitLabel="Make codes"
        request={{ method: "POST", path: "/api/account/backup-codes" }}
        done="You have new backup codes"
        after={({ body }) => <CodeSheet codes={(body as { backupCodes: string[] }).backupCodes} />}
      >
        {() => (
          <p>
            {left === 0
              ? "You get ten codes, and see them once. Have paper or a printer ready."
              : "You get ten new codes, and see them once. The codes that you have now stop working."}
          </p>
        )}
      </FormDialog>
    </>
  );
}
