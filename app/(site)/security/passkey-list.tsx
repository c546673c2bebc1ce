import { Time } from "@/app/_ui/time";
import type { PasskeyView } from "@/lib/accounts/second-factors";
import { AddPasskey } from "./add-passkey";
import { RemovePasskey, RenamePasskey } from "./passkey-actions";

/** The passkeys of the viewer, with the date of their last use. */
export function PasskeyList({ passkeys }: { passkeys: readonly PasskeyView[] }) {
  return (
    <>
      {passkeys.length > 0 ? (
        <ul className="grid divide-y divide-hairline border-y border-hairline">
          {passkeys.map(({ id, name, createdAt, lastUsedAt }) => (
            <li key={id} className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 py-3">
              <div className="grid min-w-0">
                <p dir="auto" className="font-bold break-words">
                  {name}
                </p>
                <p className="text-sm text-muted">
                  Added <Time value={createdAt} />,{" "}
                  {lastUsedAt ? (
                    <>
                      last used <Time value={lastUsedAt} as="moment" />
                    </>
                  ) : (
                    "not used yet"
                  )}
                </p>
              </div>
              <div className="flex flex-wrap gap-3">
                <RenamePasskey id={id} name={name} />
                <RemovePasskey id={id} name={name} />
              </div>
            </li>
          ))}
        </ul>
      ) : null}
      <AddPasskey />
    </>
  );
}
