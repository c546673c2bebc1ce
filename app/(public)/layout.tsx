import type { ReactNode } from "react";
import { currentTheme } from "@/app/_server/current-theme";
import { currentViewer } from "@/app/_server/current-viewer";
import { PublicFrame } from "@/app/_ui/public-frame";

export default async function PublicLayout({ children }: { children: ReactNode }) {
  const [viewer, theme] = await Promise.all([currentViewer(), currentTheme()]);
  return (
    <PublicFrame viewer={viewer} theme={theme}>
      {children}
    </PublicFrame>
  );
}
