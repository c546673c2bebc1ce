import type { Metadata } from "next";
import { appContext, clock } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { loadSitePapers } from "@/app/_server/papers";
import { formatDate } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { PrintButton } from "@/app/_ui/print-button";
import { PaperText, WithBlanks } from "./paper-text";

export const metadata: Metadata = { title: "Papers for data protection" };

/** Drafts that derive from the declared fields. On paper each one starts on a page of its own. */
export default async function PapersPage() {
  await requireAdmin("/admin/retention/papers");
  const papers = await loadSitePapers();
  const today = formatDate(clock.now(), appContext().timeZone);
  return (
    <PageBody>
      <div className="grid gap-8 print:hidden">
        <PageHeader
          title="Papers for data protection"
          lead="Three drafts, written from the document types, the retention rules in force and the settings. They change with them."
          actions={<PrintButton />}
        />
        <Notice tone="warning" title="These are drafts">
          <WithBlanks text="A lawyer has to check them before you use them. Words in [brackets] are for you to fill in." />
        </Notice>
        <nav aria-label="Papers">
          <ol className="grid gap-2">
            {papers.map(({ id, title }) => (
              <li key={id}>
                <a href={`#${id}`} className="link">
                  {title}
                </a>
              </li>
            ))}
          </ol>
        </nav>
      </div>
      {papers.map((paper) => (
        <PaperText key={paper.id} paper={paper} today={today} />
      ))}
    </PageBody>
  );
}
