import { Icon, type IconName } from "@/app/_ui/icons";
import { VisuallyHidden } from "@/app/_ui/visually-hidden";
import type { Finding, Outcome } from "@/lib/operations/doctor/report";

const OUTCOME_STYLES = {
  passed: { icon: "check", word: "Well", ink: "text-approved" },
  warning: { icon: "alert", word: "To note", ink: "text-changes" },
  failed: { icon: "stop", word: "Wrong", ink: "text-refused" },
  untested: { icon: "minus", word: "Not tried", ink: "text-muted" },
} as const satisfies Record<Outcome, { icon: IconName; word: string; ink: string }>;

/** What was tried, what came of it, and how to mend it. */
export function FindingList({ title, findings }: { title: string; findings: readonly Finding[] }) {
  if (findings.length === 0) return null;
  return (
    <section className="grid gap-3">
      <h2 className="font-serif text-lg">{title}</h2>
      <ul className="divide-y divide-hairline border-y border-hairline">
        {findings.map((finding) => (
          <FindingRow key={finding.check} finding={finding} />
        ))}
      </ul>
    </section>
  );
}

function FindingRow({ finding: { title, outcome, found, fix: mend } }: { finding: Finding }) {
  const { icon, word, ink } = OUTCOME_STYLES[outcome];
  return (
    <li className="flex gap-3 py-3">
      <Icon name={icon} className={`mt-0.5 size-5 ${ink}`} strokeWidth="2" />
      <div className="grid min-w-0 gap-1">
        <h3 className="font-bold break-words">
          <VisuallyHidden>{word}: </VisuallyHidden>
          {title}
        </h3>
        <p className="max-w-prose break-words text-muted">{found}</p>
        {mend ? (
          <p className="max-w-prose break-words">
            <b>To mend it:</b> <TextWithCode text={mend} />
          </p>
        ) : null}
      </div>
    </li>
  );
}

/** Text in which what stands between backticks is for a machine. */
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
