import type { Metadata } from "next";
import { Suspense } from "react";
import { appContext, clock } from "@/app/_server/app-context";
import { requireSignedIn, requireSignedInSession } from "@/app/_server/current-viewer";
import { Notice } from "@/app/_ui/notice";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Section } from "@/app/_ui/section";
import { PageSkeleton } from "@/app/_ui/skeleton";
import { findPasswordHash } from "@/lib/accounts/own-password";
import { findSecondFactors, type OwnSession } from "@/lib/accounts/second-factors";
import { listSessions } from "@/lib/accounts/sessions";
import { findNotifications } from "@/lib/mail/notifications";
import { lacksSecondFactor } from "@/lib/permissions/second-factor";
import { AppSection } from "./app-section";
import { BackupCodes } from "./backup-codes";
import { ChangeAddress } from "./change-address";
import { ChangePassword } from "./change-password";
import { MailChoice } from "./mail-choice";
import { PasskeyList } from "./passkey-list";
import { SessionList } from "./session-list";

export const metadata: Metadata = { title: "Security" };

/** Checks the session before streaming: a redirect inside a stream would arrive as a page. */
export default async function SecurityPage() {
  const viewer = await requireSignedIn("/security");
  const session = await requireSignedInSession(viewer);
  return (
    <Suspense fallback={<PageSkeleton />}>
      <Security session={session} />
    </Suspense>
  );
}

async function Security({ session }: { session: OwnSession }) {
  const context = appContext();
  const { viewer } = session;
  const [factors, sessions, { news }, passwordHash] = await Promise.all([
    findSecondFactors(context, viewer),
    listSessions(context, session),
    findNotifications(context, viewer),
    findPasswordHash(context, viewer.id),
  ]);
  const isMissing = lacksSecondFactor(viewer, context.signIn.secondFactorRoles);
  const hasSecondFactor = viewer.hasSecondFactor === true;
  return (
    <PageBody>
      <PageHeader
        title="Security"
        lead="How you sign in, and where you are signed in. You may have to sign in again before a change."
      />
      {isMissing ? (
        <Notice tone="warning" title="Your role needs a second factor">
          You work with papers of other people, so a password alone is not enough. Add a passkey or an
          authenticator app below. Until then you reach only this page.
        </Notice>
      ) : null}
      <Section id="passkeys" title="Passkeys">
        <p className="max-w-prose">
          Sign in with your finger, your face or the PIN of your device instead of a password. A passkey
          cannot be guessed, and it works on this site only.
        </p>
        <PasskeyList passkeys={factors.passkeys} />
      </Section>
      <Section id="app" title="Authenticator app">
        <p className="max-w-prose">
          An app on your phone shows a new code every 30 seconds. You enter it after your password.
        </p>
        <AppSection app={factors.app} />
      </Section>
      {hasSecondFactor ? (
        <Section id="backup-codes" title="Backup codes">
          <p className="max-w-prose">
            With one of them you can sign in when your device is not at hand. Each works once, after your
            password.
          </p>
          <BackupCodes left={factors.backupCodes} />
        </Section>
      ) : null}
      <Section id="password-section" title="Password">
        <p className="max-w-prose">
          {passwordHash
            ? "A new password signs you out on all other devices."
            : "You have no password. You sign in in another way."}
        </p>
        {passwordHash ? <ChangePassword email={viewer.email} /> : null}
      </Section>
      <Section id="address-section" title="E-mail address">
        <p className="max-w-prose">
          You sign in with <bdi className="font-bold break-all">{viewer.email}</bdi>, and we write to it.
        </p>
        {passwordHash ? <ChangeAddress /> : null}
      </Section>
      <Section id="sessions" title="Where you are signed in">
        <SessionList sessions={sessions} now={clock.now()} />
      </Section>
      <Section id="mails" title="Mails">
        <MailChoice news={news} />
      </Section>
    </PageBody>
  );
}
