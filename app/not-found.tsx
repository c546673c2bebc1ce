import type { Metadata } from "next";
import { getCurrentTheme } from "./_server/current-theme";
import { getCurrentViewer } from "./_server/current-viewer";
import { homePathOf } from "./_ui/navigation";
import { PlainPage } from "./_ui/plain-page";
import { PublicFrame } from "./_ui/public-frame";

export const metadata: Metadata = { title: "Nothing here" };

/** For what is not there and for what is not yours to see: the same page for both. */
export default async function NotFound() {
  const [viewer, theme] = await Promise.all([getCurrentViewer(), getCurrentTheme()]);
  return (
    <PublicFrame viewer={viewer} theme={theme}>
      <PlainPage
        title="There is nothing here that you may see"
        action={
          <a href={viewer ? homePathOf(viewer.role) : "/"} className="button button-primary">
            {viewer ? "Back to your work" : "To the first page"}
          </a>
        }
      >
        <p>
          The address may be mistyped, the person it belongs to may have taken the page back, or you may need{" "}
          {viewer ? "leave to see it." : "to sign in first."}
        </p>
      </PlainPage>
    </PublicFrame>
  );
}
