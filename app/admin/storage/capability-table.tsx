import type { Capability } from "@/lib/operations/doctor/report";

const SUPPORT_LABELS = new Map([
  [true, "Yes"],
  [false, "No"],
  [null, "Not told"],
]);

/** What this store can do besides. None of it is a fault: beside each stands how the application gets along. */
export function CapabilityTable({ capabilities }: { capabilities: readonly Capability[] }) {
  return (
    <section className="grid gap-3">
      <h2 className="font-serif text-lg">What this store can do besides</h2>
      <table className="w-full border-y border-hairline text-left">
        <caption className="sr-only">
          What stores differ in, whether this one does it, and what follows from it
        </caption>
        <thead className="text-sm text-muted max-sm:sr-only">
          <tr>
            <th scope="col" className="py-2 pr-6 font-normal">
              Ability
            </th>
            <th scope="col" className="py-2 pr-6 font-normal">
              Here
            </th>
            <th scope="col" className="py-2 font-normal">
              What follows
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-hairline">
          {capabilities.map(({ name, title, supported: held, means }) => (
            <tr key={name} className="align-top max-sm:grid max-sm:gap-1 max-sm:py-3">
              <th scope="row" className="font-normal sm:w-2/5 sm:py-3 sm:pr-6">
                {title}
              </th>
              <td className="font-bold sm:py-3 sm:pr-6 sm:whitespace-nowrap">{SUPPORT_LABELS.get(held)}</td>
              <td className="text-muted sm:py-3">{means}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
