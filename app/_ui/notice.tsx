import { clsx } from "clsx";
import type { ReactNode } from "react";
import { Icon, type IconName } from "./icons";

const TONES = {
  info: { icon: "info", class: "border-submitted text-submitted" },
  success: { icon: "check", class: "border-approved text-approved" },
  warning: { icon: "alert", class: "border-changes text-changes" },
  danger: { icon: "stop", class: "border-refused text-refused" },
} as const satisfies Record<string, { icon: IconName; class: string }>;

/** A message: what happened, what it means, what to do. `live` announces it when it appears. */
export function Notice({
  tone = "info",
  title,
  live = false,
  children,
}: {
  tone?: keyof typeof TONES;
  title?: ReactNode;
  live?: boolean;
  children?: ReactNode;
}) {
  const style = TONES[tone];
  return (
    <div
      role={live ? (tone === "danger" ? "alert" : "status") : undefined}
      className={clsx("flex gap-3 border-l-4 bg-sheet py-3 pr-4 pl-3", style.class)}
    >
      <Icon name={style.icon} className="mt-0.5 size-5" />
      <div className="grid min-w-0 gap-1 text-ink">
        {title ? <p className="font-bold">{title}</p> : null}
        {children ? <div className="max-w-prose">{children}</div> : null}
      </div>
    </div>
  );
}
