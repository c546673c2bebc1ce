import type { ReactNode } from "react";
import type { Problem } from "@/lib/errors";
import { AuthPage } from "./auth-page";

/** Says why a one-time link opens nothing. `children` says what to do. */
export function DeadLinkPage({ problem, children }: { problem: Problem; children: ReactNode }) {
  const isLimited = problem.code === "rate_limited";
  return (
    <AuthPage
      title={isLimited ? "Too many links in a short time" : "This link does not work"}
      footer={
        <a className="link" href="/sign-in">
          Sign in
        </a>
      }
    >
      <div className="grid gap-4">
        <p>{textOf(problem)}</p>
        {isLimited ? null : children}
      </div>
    </AuthPage>
  );
}

function textOf({ code, detail }: Problem): string {
  if (code === "gone") return "It was used, replaced or withdrawn, or its time is over.";
  if (code === "not_found") return "It may not be complete. Open it again from the mail, or copy all of it.";
  return detail;
}
