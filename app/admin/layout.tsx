import type { Metadata } from "next";
import type { ReactNode } from "react";
import { getCurrentTheme } from "@/app/_server/current-theme";
import { getCurrentViewer } from "@/app/_server/current-viewer";
import { PageFrame } from "@/app/_ui/page-frame";

export const metadata: Metadata = { title: { default: "Admin", template: "%s · Admin · Dossier" } };

/** Each page checks access itself. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const [viewer, theme] = await Promise.all([getCurrentViewer(), getCurrentTheme()]);
  return (
    <PageFrame viewer={viewer} theme={theme}>
      {children}
    </PageFrame>
  );
}
