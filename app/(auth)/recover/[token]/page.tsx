import type { Metadata } from "next";
import { openLink } from "@/app/_server/open-link";
import { findRecovery } from "@/lib/accounts/recover";
import { AuthPage } from "../../auth-page";
import { DeadLinkPage } from "../../dead-link-page";
import { SetPasswordForm } from "./set-password-form";

export const metadata: Metadata = { title: "Set a new password", robots: { index: false, follow: false } };

export default async function SetPasswordPage({ params }: PageProps<"/recover/[token]">) {
  const { token } = await params;
  const opened = await openLink((context) => findRecovery(context, token));
  if ("problem" in opened)
    return (
      <DeadLinkPage problem={opened.problem}>
        <p>
          If you still need a new password,{" "}
          <a className="link" href="/recover">
            ask for a new link
          </a>
          .
        </p>
      </DeadLinkPage>
    );
  return (
    <AuthPage
      title="Set your password"
      footer={
        <a className="link" href="/sign-in">
          Back to sign-in
        </a>
      }
    >
      <SetPasswordForm token={token} email={opened.result.email} />
    </AuthPage>
  );
}
