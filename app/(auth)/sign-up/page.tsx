import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { opensSignUp } from "@/app/_server/app-context";
import { getCurrentViewer } from "@/app/_server/current-viewer";
import { AuthPage } from "../auth-page";
import { SignUpForm } from "./sign-up-form";

export const metadata: Metadata = { title: "Sign up" };

export default async function SignUpPage() {
  if (await getCurrentViewer()) redirect("/profile");
  return (
    <AuthPage
      title={opensSignUp() ? "Create account" : "People are invited here"}
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
      {opensSignUp() ? <SignUpForm /> : <InvitedOnly />}
    </AuthPage>
  );
}

function InvitedOnly() {
  return (
    <p>
      You cannot create an account yourself. Ask an admin of your organisation for an invitation. You then get
      a mail with a link.
    </p>
  );
}
