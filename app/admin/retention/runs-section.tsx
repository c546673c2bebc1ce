import { DataTable } from "@/app/_ui/data-table";
import { Section } from "@/app/_ui/section";
import { Time } from "@/app/_ui/time";
import type { RunView } from "@/lib/retention/runs";

/** Lists the latest runs of the retention job and what each did. */
export function RunsSection({ runs }: { runs: readonly RunView[] }) {
  return (
    <Section id="runs" title="Runs of the job">
      <DataTable
        caption="Runs of the retention job, latest first"
        empty="The job has not run yet."
        columns={[{ label: "Started", as: "time" }, "Result"]}
        rows={runs.map((run) => ({
          key: run.id,
          cells: [<Time key="started" value={run.startedAt} as="moment" />, describeRun(run)],
        }))}
      />
    </Section>
  );
}

function describeRun(run: RunView): string {
  const { endedAt, replayed, dated, expired, ended, destroyed, removed, failed, left } = run;
  if (endedAt === undefined) return "Still works, or was stopped. The next run goes on.";
  const did = [
    ["deleted files that a restored backup had brought back", replayed],
    ["approvals expired", expired],
    ["files ended", ended],
    ["deletions done", destroyed],
    ["other records deleted", removed],
    ["steps that failed and are tried again", failed],
    ["files left", left],
    ["files with a new date", dated],
  ] as const;
  const parts = did.flatMap(([what, count]) => (count > 0 ? [`${what}: ${count}`] : []));
  return parts.length > 0 ? capitalize(parts.join(", ")) : "Nothing was due.";
}

function capitalize(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
