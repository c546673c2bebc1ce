import { appContext } from "@/app/_server/app-context";
import { ActionButton } from "@/app/_ui/action-button";
import { Notice } from "@/app/_ui/notice";
import { SiteLink } from "@/app/_ui/site-link";
import { Time } from "@/app/_ui/time";
import type { Viewer } from "@/lib/permissions/viewer";
import { findAccountState } from "@/lib/rights/account-state";

/** Tells a person on each page that the account is going to end, or that it was about to. */
export async function AccountNotice({ viewer }: { viewer: Viewer }) {
  const { erasureDueAt, leftAt, letGo, returnedAt } = await findAccountState(appContext(), viewer);
  if (!erasureDueAt && !leftAt && !returnedAt) return null;
  return (
    <aside aria-label="Your account" className="mx-auto grid w-full max-w-page gap-4 px-4 pt-6 sm:px-6">
      {erasureDueAt ? (
        <Notice
          tone="warning"
          title={
            <>
              Your account will be erased on <Time value={erasureDueAt} />
            </>
          }
        >
          <div className="grid gap-3">
            <p>Until then you can keep it. Signing in alone does not stop the erasure.</p>
            <ActionButton
              variant="primary"
              method="DELETE"
              path="/api/account/erasure"
              done="Your account stays"
            >
              Keep my account
            </ActionButton>
          </div>
        </Notice>
      ) : null}
      {leftAt ? (
        <Notice
          tone="warning"
          title={
            <>
              {letGo ? "Your membership ended on" : "You left on"} <Time value={leftAt} />
            </>
          }
        >
          We delete each of your documents on its last day.{" "}
          <SiteLink className="link" href="/data">
            {letGo ? "See and download your data" : "Come back"}
          </SiteLink>
        </Notice>
      ) : null}
      {returnedAt ? (
        <Notice
          title={
            <>
              You came back on <Time value={returnedAt} />
            </>
          }
        >
          Your profile is private since you left. You can change this on your{" "}
          <SiteLink className="link" href="/profile">
            profile
          </SiteLink>
          .
        </Notice>
      ) : null}
    </aside>
  );
}
