import { Notice } from "@/app/_ui/notice";
import { Time } from "@/app/_ui/time";
import type { DoctorReport } from "@/lib/operations/doctor/report";
import { CapabilityTable } from "./capability-table";
import { FindingList } from "./finding-list";
import { summarizeFindings } from "./summary";

/** What the doctor found: the verdict, what is wrong, then everything that was tried. */
export function StorageReport({ report }: { report: DoctorReport }) {
  const { at, place, findings, capabilities, healthy } = report;
  const wrong = findings.filter(({ outcome }) => outcome === "failed");
  const noted = findings.filter(({ outcome }) => outcome === "warning");
  const rest = findings.filter(({ outcome }) => outcome === "passed" || outcome === "untested");
  return (
    <div className="grid gap-10">
      <div className="grid gap-4">
        <Notice tone={healthy ? "success" : "danger"} title={summarizeFindings(findings)}>
          <p>
            Looked at <Time value={at} as="moment" />.
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
      <FindingList title="To be mended" findings={wrong} />
      <FindingList title="To be noted" findings={noted} />
      <FindingList title={wrong.length > 0 ? "The rest" : "What was tried"} findings={rest} />
      {capabilities.length > 0 ? <CapabilityTable capabilities={capabilities} /> : null}
    </div>
  );
}
