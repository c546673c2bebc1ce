import type { ReactNode } from "react";
import { Notice } from "@/app/_ui/notice";
import { PaperCard } from "@/app/_ui/paper-card";

/** The frame of a sign-in or sign-up form, with a link to the other form in `footer`. */
export function AuthPage({
  title,
  children,
  footer,
}: {
  title: string;
  children: ReactNode;
  footer: ReactNode;
}) {
  return (
    <div className="mx-auto grid max-w-[32rem] gap-6 px-4 py-10 sm:px-6 sm:py-16">
      <PaperCard className="px-5 py-8 sm:px-10 sm:py-10">
        <h1 className="pb-6 font-serif text-title tracking-tight">{title}</h1>
        <noscript>
          <Notice tone="warning">This form needs JavaScript. Turn it on and reload the page.</Notice>
        </noscript>
        {children}
      </PaperCard>
      <p className="px-1">{footer}</p>
    </div>
  );
}
