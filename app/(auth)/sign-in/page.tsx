import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { currentViewer } from "@/app/_server/current-viewer";
import { homeOf } from "@/app/_ui/navigation";
import { AuthPage } from "../auth-page";
import { sameSitePath } from "../same-site-path";
import { SignInForm } from "./sign-in-form";

export const metadata: Metadata = { title: "Sign in" };

export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const { next } = await searchParams;
  const path = sameSitePath(typeof next === "string" ? next : null);
  const viewer = await currentViewer();
  if (viewer) redirect(path ?? homeOf(viewer.role));
  return (
    <AuthPage
      title="Sign in"
      other={
        <>
          No account yet?{" "}
          <a className="link" href="/sign-up">
            Open your dossier
          </a>
          .
        </>
      }
    >
      <SignInForm next={path} />
    </AuthPage>
  );
}
