import { clsx } from "clsx";
import { appContext } from "@/app/_server/app-context";
import { formatAge } from "@/app/_ui/format";
import { Icon } from "@/app/_ui/icons";
import { SiteLink } from "@/app/_ui/site-link";
import { fields } from "@/lib/fields/fields";
import type { Viewer } from "@/lib/permissions/viewer";
import { SUBMITTED_STATUS } from "@/lib/review/outcomes";
import { listReviews, queueSchema } from "@/lib/review/queue";
import { formatCount, queueHref } from "../queue-url";

const MAX_ROWS = 12;

/** Lists the first documents of the queue. A narrow window shows only a link to the queue. */
export async function QueueSidebar({ viewer, fileId, now }: { viewer: Viewer; fileId: string; now: Date }) {
  const { items, counts } = await listReviews(appContext(), viewer, queueSchema.parse({ limit: MAX_ROWS }));
  return (
    <nav aria-label="Queue" className="grid gap-2 xl:sticky xl:top-4">
      <SiteLink
        href="/review"
        className="flex min-h-11 w-fit items-center gap-2 rounded pr-2 font-bold hover:bg-well"
      >
        <Icon name="left" />
        Queue
        <span className="tabular font-normal text-muted">{formatCount(counts[SUBMITTED_STATUS])}</span>
      </SiteLink>
      <ol className="hidden border-t border-hairline xl:block">
        {items.map(({ file, member, submittedAt, claim }) => {
          const isCurrent = file.id === fileId;
          return (
            <li key={file.id} className="border-b border-hairline">
              <SiteLink
                href={`/review/${file.id}`}
                aria-current={isCurrent ? "page" : undefined}
                className={clsx(
                  "grid min-h-11 gap-0.5 py-2 hover:bg-well",
                  isCurrent ? "border-l-4 border-accent bg-accent-wash pl-2" : "pl-3",
                )}
              >
                <span dir="auto" className={clsx("truncate", isCurrent && "font-bold")}>
                  {member.name}
                </span>
                <span className="flex justify-between gap-2 pr-2 text-sm text-muted">
                  <span className="truncate">{fields.get(file.field)?.label ?? file.field}</span>
                  <span className="tabular shrink-0">{formatAge(submittedAt, now)}</span>
                </span>
                {claim ? (
                  <span className="truncate text-sm text-muted">
                    {claim.by.id === viewer.id ? (
                      "Claimed by you"
                    ) : (
                      <>
                        Claimed by <bdi>{claim.by.name}</bdi>
                      </>
                    )}
                  </span>
                ) : null}
              </SiteLink>
            </li>
          );
        })}
      </ol>
      <p className="hidden gap-4 xl:flex">
        <SiteLink
          className="link grid min-h-11 min-w-11 place-items-center"
          href={queueHref({ status: SUBMITTED_STATUS, claimed: "me" })}
        >
          Mine
        </SiteLink>
        <SiteLink className="link grid min-h-11 min-w-11 place-items-center" href="/review">
          All
        </SiteLink>
      </p>
    </nav>
  );
}
