"use client";

import { Button } from "../button";
import { DataTable } from "../data-table";
import { Notice } from "../notice";
import { Progress } from "../progress";
import { downloadResults } from "./download-results";
import type { useBatches } from "./use-batches";

const SHOWN_ROWS = 200;

/**
 * Shows the progress of a run, its counts, and a result for each entry: those that need attention
 * first. `labels` has the words of each state, in the order of the counts. `label` names the bar.
 */
export function BatchReport<Entry, State extends string>({
  run,
  label,
  labels,
  good,
  nameOf,
}: {
  run: ReturnType<typeof useBatches<Entry, State>>;
  label: string;
  labels: Record<State, string>;
  /** The state that needs no attention. */
  good: State;
  nameOf: (entry: Entry) => string;
}) {
  const { status, entries, results, problem, isSending } = run;
  if (status === "idle") return null;
  const total = entries.length;
  const rows = results.map(({ state }, index) => ({
    name: nameOf(entries[index] as Entry),
    text: labels[state],
    isGood: state === good,
    key: index,
  }));
  const ordered = [...rows.filter(({ isGood }) => !isGood), ...rows.filter(({ isGood }) => isGood)];
  const isPart = !isSending && results.length < total;
  return (
    <section aria-label={label} className="grid gap-4">
      <Progress
        label={label}
        value={results.length}
        max={total}
        detail={`${results.length.toLocaleString("en")} of ${total.toLocaleString("en")} sent`}
      />
      {problem ? (
        <Notice tone="danger" title="The rest was not sent" live>
          {problem.errors?.[0] ? `${problem.detail} ${problem.errors[0].message}.` : problem.detail}
        </Notice>
      ) : null}
      <div className="flex flex-wrap gap-3">
        {isSending ? (
          <Button pending={status === "stopping"} pendingLabel="Stopping…" onClick={run.stop}>
            Stop
          </Button>
        ) : null}
        {isPart ? <Button onClick={run.resume}>Send the rest</Button> : null}
        {!isSending && rows.length > 0 ? (
          <Button variant="quiet" onClick={() => downloadResults(rows)}>
            Download results as CSV
          </Button>
        ) : null}
      </div>
      <ul className="flex flex-wrap gap-x-6 gap-y-1 tabular">
        {(Object.keys(labels) as State[]).map((state) => {
          const count = results.filter((result) => result.state === state).length;
          return count > 0 ? (
            <li key={state}>
              {labels[state]}: {count.toLocaleString("en")}
            </li>
          ) : null;
        })}
      </ul>
      {!isSending && rows.length > 0 ? (
        <>
          <DataTable
            caption="Result for each entry"
            columns={[{ label: "Entry", as: "heading" }, "Result"]}
            rows={ordered.slice(0, SHOWN_ROWS).map(({ name, text, key }) => ({
              key,
              cells: [
                <bdi key="name" className="wrap-anywhere">
                  {name}
                </bdi>,
                text,
              ],
            }))}
          />
          {rows.length > SHOWN_ROWS ? (
            <p className="text-sm text-muted">
              The table shows {SHOWN_ROWS} of {rows.length.toLocaleString("en")} results. The CSV file has all
              of them.
            </p>
          ) : null}
        </>
      ) : null}
    </section>
  );
}
