import { clsx } from "clsx";
import { DataTable } from "@/app/_ui/data-table";
import type { Paper, PaperPart } from "@/lib/retention/paper";

/**
 * One paper. On paper it is a CSS table, because browsers repeat the head of a table on each page:
 * so every page says that it is a draft.
 */
export function PaperText({ paper: { id, title, lead, parts }, today }: { paper: Paper; today: string }) {
  return (
    <article
      aria-labelledby={id}
      className="border-t border-hairline pt-8 print:table print:w-full print:border-0 print:pt-0 print:not-first:break-before-page"
    >
      <p className="text-sm font-bold text-changes print:table-header-group print:break-inside-avoid print:text-ink">
        <span className="print:mb-6 print:flex print:justify-between print:border-b print:border-edge print:pb-1">
          <span>Draft of {today}, to be checked by a lawyer</span>
          <span className="hidden print:inline">{title}</span>
        </span>
      </p>
      <div className="grid grid-cols-1 gap-6 pt-2 print:block print:pt-0">
        <h2 id={id} tabIndex={-1} className="font-serif text-title tracking-tight">
          {title}
        </h2>
        <p className="max-w-prose print:mt-2">
          <WithBlanks text={lead} />
        </p>
        {parts.map((part) => (
          <Part key={part.title} part={part} />
        ))}
      </div>
    </article>
  );
}

function Part({ part: { title, text = [], terms, list, table } }: { part: PaperPart }) {
  return (
    <section
      className={clsx(
        "grid grid-cols-1 gap-3 print:mt-6",
        table ? "print:block print:space-y-2" : "print:break-inside-avoid",
      )}
    >
      <h3 className="font-serif text-lg break-after-avoid">{title}</h3>
      {text.map((paragraph) => (
        <p key={paragraph} className="max-w-prose">
          <WithBlanks text={paragraph} />
        </p>
      ))}
      {terms ? (
        <dl className="grid gap-x-8 gap-y-2 sm:grid-cols-[12rem_1fr] print:grid-cols-[12rem_1fr]">
          {terms.map(([term, description]) => (
            <div key={term} className="contents">
              <dt className="text-muted">{term}</dt>
              <dd className="max-w-prose">
                <WithBlanks text={description} />
              </dd>
            </div>
          ))}
        </dl>
      ) : null}
      {list ? (
        <ul className="grid max-w-prose list-disc gap-1 pl-5">
          {list.map((item) => (
            <li key={item}>
              <WithBlanks text={item} />
            </li>
          ))}
        </ul>
      ) : null}
      {table ? (
        <DataTable
          caption={title}
          columns={table.columns.map((label, index) => ({ label, as: index === 0 ? "heading" : "prose" }))}
          rows={table.rows.map((cells) => ({
            key: cells[0] ?? "",
            cells: cells.map((cell) => <WithBlanks key={cell} text={cell} />),
          }))}
        />
      ) : null}
    </section>
  );
}

/** Marks the words that the organisation has to fill in. */
export function WithBlanks({ text }: { text: string }) {
  return text.split(/(\[[^\]]+\])/).map((words) =>
    words.startsWith("[") ? (
      <mark
        key={words}
        className="rounded-sm bg-accent-wash px-1 text-ink underline decoration-dotted underline-offset-4"
      >
        {words}
      </mark>
    ) : (
      words
    ),
  );
}
