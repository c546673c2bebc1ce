import type { Metadata } from "next";
import type { ReactNode } from "react";
import { getCurrentTheme } from "@/app/_server/current-theme";
import { getCurrentViewer } from "@/app/_server/current-viewer";
import { NavLink } from "@/app/_ui/nav-link";
import { ADMIN_PAGES } from "@/app/_ui/navigation";
import { PageFrame } from "@/app/_ui/page-frame";

export const metadata: Metadata = { title: { default: "Admin", template: "%s · Admin · Dossier" } };

/** Each page checks access itself. */
export default async function AdminLayout({ children }: { children: ReactNode }) {
  const [viewer, theme] = await Promise.all([getCurrentViewer(), getCurrentTheme()]);
  return (
    <PageFrame viewer={viewer} theme={theme}>
      <nav
        aria-label="Admin"
        className="mx-auto flex w-full max-w-page flex-wrap px-1 pt-4 sm:px-3 print:hidden"
      >
        {ADMIN_PAGES.map((item) => (
          <NavLink key={item.href} {...item} />
        ))}
      </nav>
      {children}
    </PageFrame>
  );
}
