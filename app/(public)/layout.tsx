import type { ReactNode } from "react";
import { opensSignUp } from "@/app/_server/app-context";
import { getCurrentTheme } from "@/app/_server/current-theme";
import { getCurrentViewer } from "@/app/_server/current-viewer";
import { PublicFrame } from "@/app/_ui/public-frame";

export default async function PublicLayout({ children }: { children: ReactNode }) {
  const [viewer, theme] = await Promise.all([getCurrentViewer(), getCurrentTheme()]);
  return (
    <PublicFrame viewer={viewer} theme={theme} opensSignUp={opensSignUp()}>
      {children}
    </PublicFrame>
  );
}
