import type { Metadata } from "next";
import type { ReactNode } from "react";
import { currentTheme } from "@/app/_server/current-theme";
import { currentViewer } from "@/app/_server/current-viewer";
import { deps } from "@/app/_server/services";
import { PageFrame } from "@/app/_ui/page-frame";
import { Desk } from "./desk";

export const metadata: Metadata = { title: { default: "Desk", template: "%s · Desk · Dossier" } };

/** The desk around its pages: what must outlast going from one document to the next. Each page asks for itself who may see it. */
export default async function DeskLayout({ children }: { children: ReactNode }) {
  const [viewer, theme] = await Promise.all([currentViewer(), currentTheme()]);
  return (
    <PageFrame viewer={viewer} theme={theme} wide>
      <Desk viewerId={viewer?.id ?? ""} undoSeconds={deps().limits.undoTtl}>
        {children}
      </Desk>
    </PageFrame>
  );
}
