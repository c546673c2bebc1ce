import { ActionButton } from "@/app/_ui/action-button";
import { Time } from "@/app/_ui/time";
import type { SessionView } from "@/lib/accounts/sessions";

/** The devices on which the viewer is signed in, the current one first. */
export function SessionList({ sessions, now }: { sessions: readonly SessionView[]; now: Date }) {
  return (
    <>
      <ul className="grid divide-y divide-hairline border-y border-hairline">
        {sessions.map(({ id, current, device, createdAt, lastSeenAt }) => (
          <li key={id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-3">
            <div className="grid min-w-0">
              <p className="font-bold">
                {device || "Unknown device"}
                {current ? <span className="font-normal text-muted"> (this device)</span> : null}
              </p>
              <p className="text-sm text-muted">
                Signed in <Time value={createdAt} as="moment" />, used{" "}
                {current ? "now" : <Time value={lastSeenAt} as="age" now={now} />}
              </p>
            </div>
            {current ? null : (
              <ActionButton
                method="DELETE"
                path={`/api/sessions/${id}`}
                done="The device is signed out"
                accessibleName={`Sign out ${device || "unknown device"}`}
              >
                Sign out
              </ActionButton>
            )}
          </li>
        ))}
      </ul>
      {sessions.length > 1 ? (
        <ActionButton method="DELETE" path="/api/sessions" done="All other devices are signed out">
          Sign out everywhere else
        </ActionButton>
      ) : (
        <p className="text-muted">You are signed in on no other device.</p>
      )}
    </>
  );
}
