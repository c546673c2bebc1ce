import type { ReactNode } from "react";
import { opensSignUp } from "@/app/_server/app-context";
import { getCurrentTheme } from "@/app/_server/current-theme";
import { getCurrentViewer } from "@/app/_server/current-viewer";
import { PageFrame } from "@/app/_ui/page-frame";

export default async function AuthLayout({ children }: { children: ReactNode }) {
  const [viewer, theme] = await Promise.all([getCurrentViewer(), getCurrentTheme()]);
  return (
    <PageFrame viewer={viewer} theme={theme} opensSignUp={opensSignUp()}>
      {children}
    </PageFrame>
  );
}
