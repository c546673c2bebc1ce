import type { Metadata } from "next";
import { redirect } from "next/navigation";
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
          No account yet?{" "}
          <a className="link" href="/sign-up">
            Create account
          </a>
          .
        </>
      }
    >
      <SignInForm next={path} />
    </AuthPage>
  );
}
