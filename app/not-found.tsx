import type { Metadata } from "next";
import { opensSignUp } from "./_server/app-context";
import { getCurrentTheme } from "./_server/current-theme";
import { getCurrentViewer } from "./_server/current-viewer";
import { homePathOf } from "./_ui/navigation";
import { PlainPage } from "./_ui/plain-page";
import { PublicFrame } from "./_ui/public-frame";

export const metadata: Metadata = { title: "Page not found" };

/** The same page for missing content and for content that the viewer may not see. */
export default async function NotFound() {
  const [viewer, theme] = await Promise.all([getCurrentViewer(), getCurrentTheme()]);
  return (
    <PublicFrame viewer={viewer} theme={theme} opensSignUp={opensSignUp()}>
      <PlainPage
        title="Page not found"
        action={
          <a href={viewer ? homePathOf(viewer.role) : "/"} className="button button-primary">
            {viewer ? "Go to your start page" : "Go to the home page"}
          </a>
        }
      >
        <p>
          The address may be wrong, the page may be hidden, or you may need{" "}
          {viewer ? "access to see it." : "to sign in first."}
        </p>
      </PlainPage>
    </PublicFrame>
  );
}
