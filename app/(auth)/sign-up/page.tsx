import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { getCurrentViewer } from "@/app/_server/current-viewer";
import { AuthPage } from "../auth-page";
import { SignUpForm } from "./sign-up-form";

export const metadata: Metadata = { title: "Sign up" };

export default async function SignUpPage() {
  if (await getCurrentViewer()) redirect("/profile");
  return (
    <AuthPage
      title="Create account"
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
      <SignUpForm />
    </AuthPage>
  );
}
