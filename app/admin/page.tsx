import type { Metadata } from "next";
import { appContext, checkHealth } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { EmptyState } from "@/app/_ui/empty-state";
import { Icon } from "@/app/_ui/icons";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { SiteLink } from "@/app/_ui/site-link";
import { listAttention } from "@/lib/operations/attention";
import { reviewableFields } from "@/lib/permissions/decide";
import { ATTENTION_TEXT, STORAGE_TEXT } from "./attention-text";

export const metadata: Metadata = { title: "Overview" };

export default async function AdminOverviewPage() {
  const viewer = await requireAdmin("/admin");
  const context = appContext();
  const [attention, { checks }] = await Promise.all([listAttention(context, viewer), checkHealth()]);
  const input = { now: context.clock.now(), reviews: reviewableFields(viewer).length > 0 };
  const lines = [
    ...(checks.storage === "failing" ? [{ kind: "storage", ...STORAGE_TEXT }] : []),
    ...attention.map((item) => ({ kind: item.kind, ...ATTENTION_TEXT[item.kind](item, input) })),
  ];
  return (
    <PageBody>
      <PageHeader title="Overview" lead="What needs attention now." />
      {lines.length > 0 ? (
        <ul className="-mt-8 divide-y divide-hairline border-b border-hairline">
          {lines.map(({ kind, title, text, href, urgent }) => (
            <li key={kind}>
              <SiteLink href={href} className="flex min-h-16 items-center gap-4 px-2 py-4 hover:bg-well">
                <Icon
                  name={urgent ? "alert" : "waiting"}
                  className={`size-6 shrink-0 ${urgent ? "text-changes" : "text-submitted"}`}
                />
                <span className="grid min-w-0 flex-1 gap-0.5">
                  <span className="font-bold underline underline-offset-2">{title}</span>
                  <span className="max-w-prose text-sm text-muted">{text}</span>
                </span>
                <Icon name="right" className="size-5 shrink-0 text-muted" />
              </SiteLink>
            </li>
          ))}
        </ul>
      ) : (
        <EmptyState title="Nothing needs your attention">
          <p>No document waits for a review. Jobs, mails and the storage work.</p>
        </EmptyState>
      )}
    </PageBody>
  );
}
