import { describeLife } from "@/lib/retention/life-text";
import { RECORDS } from "@/lib/retention/records";

/** Lists every kind of record about a person: what it is, why we hold it, and how long. */
export function RecordList({
  counts,
  backupDays,
}: {
  /** How many there are now, by the name of the place. */
  counts: ReadonlyMap<string, number>;
  backupDays: number;
}) {
  const records = RECORDS.filter(({ why }) => why !== undefined);
  return (
    <section aria-labelledby="records" className="grid gap-4">
      <h2 id="records" className="font-serif text-lg">
        What we hold, why, and how long
      </h2>
      <p className="max-w-prose">
        A job deletes what has reached its end, once an hour. Copies in our backups end{" "}
        {backupDays === 1 ? "one day" : `${backupDays} days`} after that.
      </p>
      <dl className="divide-y divide-hairline border-y border-hairline">
        {records.map(({ places, title, what, why, life }) => (
          <div key={title} className="grid gap-x-8 gap-y-1 py-4 sm:grid-cols-[minmax(0,16rem)_minmax(0,1fr)]">
            <dt className="font-bold">
              {title}
              <Count value={counts.get(places[0] ?? "")} />
            </dt>
            <dd className="grid max-w-prose gap-1">
              <p>{what}</p>
              <p className="text-muted">{why}</p>
              <p className="text-sm font-bold">{describeLife(life)}.</p>
            </dd>
          </div>
        ))}
      </dl>
    </section>
  );
}

function Count({ value }: { value: number | undefined }) {
  if (value === undefined) return null;
  return <span className="block text-sm font-normal text-muted tabular">Now: {value}</span>;
}
