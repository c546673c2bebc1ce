import { Notice } from "@/app/_ui/notice";
import { Time } from "@/app/_ui/time";
import type { DoctorReport } from "@/lib/operations/doctor/report";
import { CapabilityTable } from "./capability-table";
import { FindingList } from "./finding-list";
import { summarizeFindings } from "./summary";

/** Shows the report of the doctor: the summary, the problems, then all other checks. */
export function StorageReport({ report }: { report: DoctorReport }) {
  const { at, place, findings, capabilities, healthy } = report;
  const failed = findings.filter(({ outcome }) => outcome === "failed");
  const warnings = findings.filter(({ outcome }) => outcome === "warning");
  const others = findings.filter(({ outcome }) => outcome === "passed" || outcome === "untested");
  return (
    <div className="grid gap-10">
      <div className="grid gap-4">
        <Notice tone={healthy ? "success" : "danger"} title={summarizeFindings(findings)}>
          <p>
            Checked on <Time value={at} as="moment" />.
          </p>
        </Notice>
        <dl className="grid gap-x-6 gap-y-1 sm:grid-cols-[max-content_1fr]">
          {Object.entries(place).map(([name, value]) => (
            <div key={name} className="contents">
              <dt className="text-muted first-letter:uppercase">{name}</dt>
              <dd className="mb-2 font-mono text-sm break-all sm:mb-0">{value}</dd>
            </div>
          ))}
        </dl>
      </div>
      <FindingList id="problems" title="Problems" findings={failed} />
      <FindingList id="warnings" title="Warnings" findings={warnings} />
      <FindingList id="checks" title={failed.length > 0 ? "Other checks" : "Checks"} findings={others} />
      {capabilities.length > 0 ? <CapabilityTable capabilities={capabilities} /> : null}
    </div>
  );
}
