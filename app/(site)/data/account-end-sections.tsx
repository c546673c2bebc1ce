import { appContext } from "@/app/_server/app-context";
import { ActionButton } from "@/app/_ui/action-button";
import { Time } from "@/app/_ui/time";
import { findPasswordHash } from "@/lib/accounts/own-password";
import type { Viewer } from "@/lib/permissions/viewer";
import { findAccountState } from "@/lib/rights/account-state";
import { listKeptFiles } from "@/lib/rights/kept-files";
import { EraseButton } from "./erase-button";
import { KeptFileList } from "./kept-file-list";
import { LeaveButton } from "./leave-button";

/** Lets a person leave, or erase the account, and says what that means before. */
export async function AccountEndSections({ viewer }: { viewer: Viewer }) {
  const context = appContext();
  const [{ leftAt, letGo, erasureDueAt }, kept, passwordHash] = await Promise.all([
    findAccountState(context, viewer),
    listKeptFiles(context, viewer),
    findPasswordHash(context, viewer.id),
  ]);
  const { timeZone, limits } = context;
  const reviews = viewer.role !== "member";
  return (
    <>
      <section aria-labelledby="leave" className="grid gap-4">
        <h2 id="leave" tabIndex={-1} className="font-serif text-lg">
          Leave
        </h2>
        {leftAt && letGo ? (
          <p className="max-w-prose">
            An admin ended your membership on <Time value={leftAt} />. We delete each of your documents on its
            last day. You can download your data and erase your account. Only an admin can take you back.
          </p>
        ) : leftAt ? (
          <>
            <p className="max-w-prose">
              You left on <Time value={leftAt} />. We delete each of your documents on its last day. You can
              come back. Documents that are deleted by then do not come back.
            </p>
            <ActionButton variant="primary" method="DELETE" path="/api/account/leave" done="You are back">
              Come back
            </ActionButton>
          </>
        ) : (
          <>
            <ul className="grid max-w-prose list-disc gap-1 pl-5">
              <li>Your profile becomes private at once, and you are signed out everywhere.</li>
              <li>Uploads that are not complete are cancelled.</li>
              <li>
                We delete your documents after the times that are on your documents page. Some of these times
                start when you leave.
              </li>
              {reviews ? (
                <li>
                  Your role and your access to documents of other people end. They stay ended if you come
                  back, until an admin gives them again.
                </li>
              ) : null}
              <li>
                If you sign in again within 30 days, you are back. Your profile stays private until you change
                that.
              </li>
            </ul>
            <LeaveButton />
          </>
        )}
      </section>
      <section aria-labelledby="erase" className="grid gap-4">
        <h2 id="erase" tabIndex={-1} className="font-serif text-lg">
          Erase your account
        </h2>
        {erasureDueAt ? (
          <p className="max-w-prose">
            You asked us to erase your account. Until <Time value={erasureDueAt} /> you can use it as before.
          </p>
        ) : (
          <ul className="grid max-w-prose list-disc gap-1 pl-5">
            <li>We wait seven days. Until then you can change your mind.</li>
            <li>
              Then we close your account. We delete your name, your address, your profile and your files, with
              their history. We write to you when this is done.
            </li>
            <li>
              A receipt stays for each deleted file, and entries of the audit trail. They have no name and no
              address.
            </li>
            {reviews ? (
              <li>
                Your decisions about documents of other people stay without your name. Their access logs keep
                your name.
              </li>
            ) : null}
            <li>
              Backups end by themselves, {limits.backupDays === 1 ? "a day" : `${limits.backupDays} days`}{" "}
              after the deletion.
            </li>
          </ul>
        )}
        <KeptFileList {...kept} timeZone={timeZone} />
        {erasureDueAt ? null : <EraseButton asksForPassword={passwordHash !== null} />}
      </section>
    </>
  );
}
