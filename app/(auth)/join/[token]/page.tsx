import type { Metadata } from "next";
import { hostOfSite } from "@/app/_server/app-context";
import { getCurrentViewer } from "@/app/_server/current-viewer";
import { openLink } from "@/app/_server/open-link";
import { Notice } from "@/app/_ui/notice";
import { findInvitation } from "@/lib/accounts/join";
import { AuthPage } from "../../auth-page";
import { DeadLinkPage } from "../../dead-link-page";
import { JoinForm } from "./join-form";

export const metadata: Metadata = { title: "Join", robots: { index: false, follow: false } };

export default async function JoinPage({ params }: PageProps<"/join/[token]">) {
  const { token } = await params;
  const [opened, viewer] = await Promise.all([
    openLink((context) => findInvitation(context, token)),
    getCurrentViewer(),
  ]);
  if ("problem" in opened)
    return (
      <DeadLinkPage problem={opened.problem}>
        <p>
          If you have joined already, sign in. If not, ask the person who invited you for a new link. An
          invitation works once, for seven days.
        </p>
      </DeadLinkPage>
    );
  const { name = "", email } = opened.result;
  return (
    <AuthPage
      title="You are invited"
      footer={
        <>
          Already have an account?{" "}
          <a className="link" href="/sign-in">
            Sign in
          </a>
          .
        </>
      }
    >
      <div className="grid gap-5">
        <p>
          Join the site <span className="font-bold">{hostOfSite()}</span>. There you keep a profile and your
          documents. Your profile starts private.
        </p>
        {viewer ? (
          <Notice tone="warning" title="Another person is signed in">
            <p>
              This browser is signed in as <bdi>{viewer.name}</bdi>. If you join, you are signed in instead.
            </p>
          </Notice>
        ) : null}
        <JoinForm token={token} name={name} email={email} />
      </div>
    </AuthPage>
  );
}
