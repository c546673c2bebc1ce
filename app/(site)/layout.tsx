import type { ReactNode } from "react";
import { getCurrentTheme } from "@/app/_server/current-theme";
import { getCurrentViewer } from "@/app/_server/current-viewer";
import { PageFrame } from "@/app/_ui/page-frame";
import { AccountNotice } from "./account-notice";

export default async function SiteLayout({ children }: { children: ReactNode }) {
  const [viewer, theme] = await Promise.all([getCurrentViewer(), getCurrentTheme()]);
  return (
    <PageFrame viewer={viewer} theme={theme}>
      {viewer ? <AccountNotice viewer={viewer} /> : null}
      {children}
    </PageFrame>
  );
}
