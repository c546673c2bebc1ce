"use client";

import { callApi } from "@/app/_ui/call-api";
import { SegmentedControl } from "@/app/_ui/segmented-control";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";
import { ReasonDialog } from "./reason-dialog";

/** Places a hold on a file, or on all files of its owner. `name` tells the buttons apart. */
export function HoldButton({ fileId, memberId, name }: { fileId: string; memberId: string; name: string }) {
  return (
    <ReasonDialog
      label={
        <>
          Hold<VisuallyHidden> {name}</VisuallyHidden>
        </>
      }
      title="Place a hold?"
      action="Place hold"
      pendingLabel="Placing…"
      done="Hold placed"
      send={(form) =>
        callApi("POST", "/api/holds", {
          body: {
            ...(form.get("target") === "member" ? { memberId } : { fileId }),
            reason: form.get("reason"),
          },
        })
      }
    >
      <SegmentedControl
        legend="What to keep"
        name="target"
        defaultValue="file"
        options={[
          { value: "file", label: "This file" },
          { value: "member", label: "All files of the member" },
        ]}
      />
      <p>
        A hold keeps files after their last day, until an admin releases it. The member sees that there is a
        hold, but not its reason.
      </p>
    </ReasonDialog>
  );
}

/** Releases a hold. */
export function ReleaseButton({ holdId, name }: { holdId: string; name: string }) {
  return (
    <ReasonDialog
      label={
        <>
          Release<VisuallyHidden> {name}</VisuallyHidden>
        </>
      }
      title="Release this hold?"
      action="Release hold"
      pendingLabel="Releasing…"
      done="Hold released"
      send={(form) => callApi("DELETE", `/api/holds/${holdId}`, { body: { reason: form.get("reason") } })}
    >
      <p>The next run of the retention job deletes the files that are past their last day.</p>
    </ReasonDialog>
  );
}
