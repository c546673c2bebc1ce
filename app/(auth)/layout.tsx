import type { ReactNode } from "react";
import { currentTheme } from "@/app/_server/current-theme";
import { currentViewer } from "@/app/_server/current-viewer";
import { PageFrame } from "@/app/_ui/page-frame";

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const [viewer, theme] = await Promise.all([currentViewer(), currentTheme()]);
  return (
    <PageFrame viewer={viewer} theme={theme}>
      {children}
    </PageFrame>
  );
}
