import { Time } from "@/app/_ui/time";
import type { RunView } from "@/lib/retention/runs";
import { DataTable } from "./data-table";

/** Lists the latest runs of the retention job and what each did. */
export function RunsSection({ runs }: { runs: readonly RunView[] }) {
  return (
    <section aria-labelledby="runs" className="grid gap-4">
      <h2 id="runs" className="font-serif text-lg">
        Runs of the job
      </h2>
      {runs.length === 0 ? (
        <p className="text-muted">The job has not run yet.</p>
      ) : (
        <DataTable
          caption="Runs of the retention job, latest first"
          columns={["Started", "Result"]}
          rows={runs.map((run) => ({
            key: run.id,
            cells: [<Time key="started" value={run.startedAt} as="moment" />, describeRun(run)],
          }))}
        />
      )}
    </section>
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
