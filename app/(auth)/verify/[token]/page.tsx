import type { Metadata } from "next";
import { openLink } from "@/app/_server/open-link";
import { findVerification } from "@/lib/accounts/verify-address";
import { AuthPage } from "../../auth-page";
import { DeadLinkPage } from "../../dead-link-page";
import { VerifyForm } from "./verify-form";

export const metadata: Metadata = { title: "Confirm your address", robots: { index: false, follow: false } };

export default async function VerifyPage({ params }: PageProps<"/verify/[token]">) {
  const { token } = await params;
  const opened = await openLink((context) => findVerification(context, token));
  if ("problem" in opened)
    return (
      <DeadLinkPage problem={opened.problem}>
        <p>If your address is confirmed already, sign in. If not, sign in too: you then get a new link.</p>
      </DeadLinkPage>
    );
  return (
    <AuthPage
      title="Confirm your address"
      footer={
        <>
          You do not know the password?{" "}
          <a className="link" href="/recover">
            Set a new one
          </a>
          .
        </>
      }
    >
      <VerifyForm token={token} email={opened.result.email} />
    </AuthPage>
  );
}
