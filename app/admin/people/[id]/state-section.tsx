import { ActionButton } from "@/app/_ui/action-button";
import { Section } from "@/app/_ui/section";
import { Time } from "@/app/_ui/time";
import type { PersonDetails } from "@/lib/accounts/person-details";
import { ConfirmButton } from "../confirm-button";

/** Suspends a person, lets the person go, and takes each back. */
export function StateSection({ details }: { details: PersonDetails }) {
  const { person, suspendedAt, leftAt, letGo, erasureDueAt } = details;
  const path = `/api/people/${person.id}`;
  return (
    <Section id="state" title="State">
      <div className="grid max-w-prose gap-2">
        {suspendedAt ? (
          <p>
            Suspended since <Time value={suspendedAt} as="moment" />. The person cannot sign in, and the
            public page is hidden.
          </p>
        ) : null}
        {leftAt ? (
          <p>
            {letGo ? "Let go on" : "Left on"} <Time value={leftAt} />. Each document is deleted on its last
            day.
            {letGo
              ? " The person can still sign in to see, download and erase the own data."
              : " A sign-in within 30 days brings the person back."}
          </p>
        ) : null}
        {erasureDueAt ? (
          <p>
            The person asked for the erasure of the account. It starts on <Time value={erasureDueAt} />.
          </p>
        ) : null}
        {person.state === "active" ? <p>The account is active.</p> : null}
      </div>
      <div className="flex flex-wrap gap-3">
        {suspendedAt ? (
          <ActionButton
            method="PATCH"
            path={path}
            body={{ state: leftAt ? "left" : "active" }}
            done="The suspension is lifted"
          >
            Lift suspension
          </ActionButton>
        ) : (
          <ConfirmButton
            label="Suspend…"
            title="Suspend this person?"
            action="Suspend"
            method="PATCH"
            path={path}
            body={{ state: "suspended" }}
            done="The person is suspended"
          >
            <p>
              At once: the person is signed out everywhere and cannot sign in, uploads are cancelled, claimed
              documents go back to the queue, and the public page is hidden. Role and access stay for the time
              after.
            </p>
          </ConfirmButton>
        )}
        {leftAt && !suspendedAt ? (
          <ActionButton method="PATCH" path={path} body={{ state: "active" }} done="The person is back">
            Take back
          </ActionButton>
        ) : null}
        {letGo ? null : (
          <ConfirmButton
            label="Let go…"
            title="Let this person go?"
            action="Let go"
            method="PATCH"
            path={path}
            body={{ state: "left" }}
            done="The person is let go"
          >
            <p>
              The membership ends now: role and access end, the public page is hidden, and documents whose
              time counts from leaving get their last day. The person can still sign in to see, download and
              erase the own data. Signing in does not undo this; you can.
            </p>
          </ConfirmButton>
        )}
      </div>
    </Section>
  );
}
