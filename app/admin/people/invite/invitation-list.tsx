import { ActionButton } from "@/app/_ui/action-button";
import { EmptyState } from "@/app/_ui/empty-state";
import { Time } from "@/app/_ui/time";
import type { InvitationView } from "@/lib/accounts/invitations";
import { fields } from "@/lib/fields/fields";

/** Lists the people who have not joined yet, with what they get when they join. */
export function InvitationList({ items, now }: { items: readonly InvitationView[]; now: Date }) {
  if (items.length === 0)
    return (
      <EmptyState title="There is no open invitation">
        <p>An invitation is here until the person joins, or until you withdraw it.</p>
      </EmptyState>
    );
  return (
    <ol className="divide-y divide-hairline border-y border-hairline">
      {items.map((invitation) => (
        <InvitationItem key={invitation.id} invitation={invitation} now={now} />
      ))}
    </ol>
  );
}

function InvitationItem({ invitation, now }: { invitation: InvitationView; now: Date }) {
  const { id, email, name, role, fields: access, createdAt, expiresAt, invitedBy } = invitation;
  const isOver = new Date(expiresAt) <= now;
  return (
    <li className="grid gap-x-6 gap-y-3 py-4 sm:grid-cols-[minmax(0,1fr)_auto]">
      <div className="grid min-w-0 gap-1">
        <h3 className="font-bold wrap-anywhere">
          <bdi>{email}</bdi>
        </h3>
        {name ? (
          <p className="wrap-anywhere">
            <bdi>{name}</bdi>
          </p>
        ) : null}
        <p>{accessText(role, access)}</p>
        <p className="text-sm text-muted">
          Invited <Time value={createdAt} />
          {invitedBy ? (
            <>
              {" "}
              by <bdi>{invitedBy.name}</bdi>
            </>
          ) : null}
          {" · "}
          {isOver ? "The link ended" : "The link works until"} <Time value={expiresAt} as="moment" />
        </p>
      </div>
      <div className="flex flex-wrap items-start gap-3">
        <ActionButton
          method="POST"
          path="/api/invitations"
          body={{ people: [{ email, name, role, fields: access }] }}
          done={`A new link for ${email} is on its way. The earlier link has ended.`}
          pendingLabel="Sending…"
          accessibleName={`Send a new link to ${email}`}
        >
          Send a new link
        </ActionButton>
        <ActionButton
          method="DELETE"
          path={`/api/invitations/${id}`}
          done={`The invitation of ${email} is withdrawn.`}
          pendingLabel="Withdrawing…"
          accessibleName={`Withdraw the invitation of ${email}`}
        >
          Withdraw
        </ActionButton>
      </div>
    </li>
  );
}

const ROLES = { member: "Member", reviewer: "Reviewer", admin: "Admin" };

function accessText(role: InvitationView["role"], access: readonly string[]): string {
  if (role === "member") return ROLES.member;
  const labels = access.map((name) => fields.get(name)?.label ?? name);
  return `${ROLES[role]}, ${labels.length > 0 ? `may see: ${labels.join(", ")}` : "sees no documents"}`;
}
