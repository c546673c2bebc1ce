import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { opensSignUp } from "@/app/_server/app-context";
import { getCurrentViewer } from "@/app/_server/current-viewer";
import { homePathOf } from "@/app/_ui/navigation";
import { AuthPage } from "../auth-page";
import { parseSameSitePath } from "../same-site-path";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const { next } = await searchParams;
  const path = parseSameSitePath(typeof next === "string" ? next : null);
  const viewer = await getCurrentViewer();
  if (viewer) redirect(path ?? homePathOf(viewer.role));
  return (
    <AuthPage
      title="Sign in"
      footer={
        <>
          <a className="link" href="/recover">
            Forgot your password?
          </a>{" "}
          {opensSignUp() ? (
            <>
              No account yet?{" "}
              <a className="link" href="/sign-up">
                Create account
              </a>
              .
            </>
          ) : (
            "People are invited here: without an invitation you have no account."
          )}
        </>
      }
    >
      <SignInForm next={path} />
    </AuthPage>
  );
}
