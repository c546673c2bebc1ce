import { Icon, type IconName } from "@/app/_ui/icons";
import { Section } from "@/app/_ui/section";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";
import type { Finding, Outcome } from "@/lib/operations/finding";

const OUTCOME_STYLES = {
  passed: { icon: "check", label: "Passed", color: "text-approved" },
  warning: { icon: "alert", label: "Warning", color: "text-changes" },
  failed: { icon: "stop", label: "Failed", color: "text-refused" },
  untested: { icon: "minus", label: "Not tested", color: "text-muted" },
} as const satisfies Record<Outcome, { icon: IconName; label: string; color: string }>;

/** Lists what was checked, the results, and how to fix failures. */
export function FindingList({
  id,
  title,
  findings,
}: {
  id: string;
  title: string;
  findings: readonly Finding[];
}) {
  if (findings.length === 0) return null;
  return (
    <Section id={id} title={title}>
      <ul className="divide-y divide-hairline border-y border-hairline">
        {findings.map((finding) => (
          <FindingRow key={finding.check} finding={finding} />
        ))}
      </ul>
    </Section>
  );
}

function FindingRow({ finding: { title, outcome, found, fix } }: { finding: Finding }) {
  const { icon, label, color } = OUTCOME_STYLES[outcome];
  return (
    <li className="flex gap-3 py-3">
      <Icon name={icon} className={`mt-0.5 size-5 ${color}`} strokeWidth="2" />
      <div className="grid min-w-0 gap-1">
        <h3 className="font-bold break-words">
          <VisuallyHidden>{label}: </VisuallyHidden>
          {title}
        </h3>
        <p className="max-w-prose break-words text-muted">{found}</p>
        {fix ? (
          <p className="max-w-prose break-words">
            <b>How to fix it:</b> <TextWithCode text={fix} />
          </p>
        ) : null}
      </div>
    </li>
  );
}

/** Shows the text between backticks as code. */
export function TextWithCode({ text }: { text: string }) {
  return text.split("`").map((part, index) =>
    index % 2 === 0 ? (
      part
    ) : (
      <code key={part} className="font-mono text-sm">
        {part}
      </code>
    ),
  );
}
