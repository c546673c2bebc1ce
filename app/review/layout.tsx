import type { Metadata } from "next";
import type { ReactNode } from "react";
import { appContext } from "@/app/_server/app-context";
import { getCurrentTheme } from "@/app/_server/current-theme";
import { getCurrentViewer } from "@/app/_server/current-viewer";
import { PageFrame } from "@/app/_ui/page-frame";
import { ReviewWorkspace } from "./review-workspace";

export const metadata: Metadata = {
  title: { default: "Review queue", template: "%s · Review queue · Dossier" },
};

/** Keeps the workspace when the reviewer changes pages. Each page checks access itself. */
export default async function ReviewLayout({ children }: { children: ReactNode }) {
  const [viewer, theme] = await Promise.all([getCurrentViewer(), getCurrentTheme()]);
  return (
    <PageFrame viewer={viewer} theme={theme} wide>
      <ReviewWorkspace viewerId={viewer?.id ?? ""} undoSeconds={appContext().limits.undoTtl}>
        {children}
      </ReviewWorkspace>
    </PageFrame>
  );
}
