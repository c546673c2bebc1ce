import type { Metadata } from "next";
import { currentTheme } from "./_server/current-theme";
import { currentViewer } from "./_server/current-viewer";
import { buttonClass } from "./_ui/button-class";
import { homeOf } from "./_ui/navigation";
import { PageFrame } from "./_ui/page-frame";
import { PlainPage } from "./_ui/plain-page";

export const metadata: Metadata = { title: "Nothing here" };

/** For what is not there and for what is not yours to see: the same page for both. */
export default async function NotFound() {
  const [viewer, theme] = await Promise.all([currentViewer(), currentTheme()]);
  return (
    <PageFrame viewer={viewer} theme={theme}>
      <PlainPage
        title="There is nothing here that you may see"
        actions={
          <a href={viewer ? homeOf(viewer.role) : "/"} className={buttonClass({ variant: "primary" })}>
            {viewer ? "Back to your work" : "To the first page"}
          </a>
        }
      >
        <p>
          The address may be mistyped, the page may have been taken back by the person it belongs to, or you
          may need to {viewer ? "be given leave to see it." : "sign in first."}
        </p>
      </PlainPage>
    </PageFrame>
  );
}
