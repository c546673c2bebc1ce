import type { Metadata } from "next";
import { AuthPage } from "../auth-page";
import { RecoverForm } from "./recover-form";

export const metadata: Metadata = { title: "Set a new password" };

export default function RecoverPage() {
  return (
    <AuthPage
      title="Set a new password"
      footer={
        <a className="link" href="/sign-in">
          Back to sign-in
        </a>
      }
    >
      <RecoverForm />
    </AuthPage>
  );
}
