import type { Metadata } from "next";
import { appContext, clock } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { ButtonLink } from "@/app/_ui/button-link";
import { DataTable } from "@/app/_ui/data-table";
import { Disclosure } from "@/app/_ui/disclosure";
import { formatDate } from "@/app/_ui/format";
import { Notice } from "@/app/_ui/notice";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { Section } from "@/app/_ui/section";
import { dayOf } from "@/lib/fields/calendar";
import { fields } from "@/lib/fields/fields";
import { listEndingFiles } from "@/lib/retention/ending-files";
import { forecastRetention } from "@/lib/retention/forecast";
import { listHolds } from "@/lib/retention/holds";
import { listRules } from "@/lib/retention/rule-changes";
import { listRuns } from "@/lib/retention/runs";
import { EndingFilesSection } from "./ending-files-section";
import { ForecastPlot } from "./forecast-plot";
import { HoldsSection } from "./holds-section";
import { RuleChangeSection } from "./rule-change-section";
import { RunsSection } from "./runs-section";

export const metadata: Metadata = { title: "Retention" };

type Props = { searchParams: Promise<Record<string, string | string[] | undefined>> };

export default async function RetentionPage({ searchParams }: Props) {
  const viewer = await requireAdmin("/admin/retention");
  const { after } = await searchParams;
  const cursor = typeof after === "string" ? after : undefined;
  const context = appContext();
  const { timeZone } = context;
  const now = clock.now();
  const [forecast, rules, files, holds, runs, adminCount] = await Promise.all([
    forecastRetention(context),
    listRules(context),
    listEndingFiles(context, viewer, cursor),
    listHolds(context),
    listRuns(context),
    context.db.user.count({ where: { role: "admin" } }),
  ]);
  const labelOf = (field: string) => fields.get(field)?.label ?? field;
  const series = rules.map(({ field }) => ({ name: field, label: labelOf(field) }));
  return (
    <PageBody>
      <PageHeader
        title="Retention"
        lead={`${forecast.total} ${forecast.total === 1 ? "file ends" : "files end"} in the next twelve months. The retention job deletes each file after its last day.`}
        actions={
          <>
            <ButtonLink href="/admin/retention/papers">Papers to print</ButtonLink>
            <ButtonLink href="/api/retention/forecast?format=csv">Download CSV</ButtonLink>
          </>
        }
      />
      <Notice tone="warning" title="The preset rules are examples">
        The law decides how long you may keep a document. Check each rule with a lawyer before you rely on it.
      </Notice>
      {rules.map((rule) => (
        <RuleChangeSection
          key={rule.field}
          rule={{ ...rule, label: labelOf(rule.field) }}
          viewerId={viewer.id}
          {...{ adminCount, now, timeZone }}
        />
      ))}
      <Section id="forecast" title="Forecast">
        <ForecastPlot days={forecast.days} today={dayOf(now, timeZone)} series={series} />
        <Disclosure summary="All days as a table">
          <DataTable
            caption="Files that end on each day"
            columns={[{ label: "Last day", as: "time" }, "Document type", { label: "Files", as: "number" }]}
            rows={forecast.days.map(({ date, field, files }) => ({
              key: `${date} ${field}`,
              cells: [formatDate(date), labelOf(field), files],
            }))}
          />
        </Disclosure>
      </Section>
      <EndingFilesSection files={files} isFirstPage={cursor === undefined} {...{ labelOf, now, timeZone }} />
      <HoldsSection holds={holds.items} />
      <RunsSection runs={runs.items} />
    </PageBody>
  );
}
