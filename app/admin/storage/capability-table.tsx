import type { Capability } from "@/lib/operations/doctor/report";

const SUPPORT_LABELS = new Map([
  [true, "Yes"],
  [false, "No"],
  [null, "Unknown"],
]);

/** Lists optional features of the store. The application works without each of them. */
export function CapabilityTable({ capabilities }: { capabilities: readonly Capability[] }) {
  return (
    <section className="grid gap-3">
      <h2 className="font-serif text-lg">Optional features of this store</h2>
      <table className="w-full border-y border-hairline text-left">
        <caption className="sr-only">
          Optional features, whether this store supports them, and the effect
        </caption>
        <thead className="text-sm text-muted max-sm:sr-only">
          <tr>
            <th scope="col" className="py-2 pr-6 font-normal">
              Feature
            </th>
            <th scope="col" className="py-2 pr-6 font-normal">
              Supported
            </th>
            <th scope="col" className="py-2 font-normal">
              Effect
            </th>
          </tr>
        </thead>
        <tbody className="divide-y divide-hairline">
          {capabilities.map(({ name, title, supported, means }) => (
            <tr key={name} className="align-top max-sm:grid max-sm:gap-1 max-sm:py-3">
              <th scope="row" className="font-normal sm:w-2/5 sm:py-3 sm:pr-6">
                {title}
              </th>
              <td className="font-bold sm:py-3 sm:pr-6 sm:whitespace-nowrap">
                {SUPPORT_LABELS.get(supported)}
              </td>
              <td className="text-muted sm:py-3">{means}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}
