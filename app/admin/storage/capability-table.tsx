import { DataTable } from "@/app/_ui/data-table";
import { Section } from "@/app/_ui/section";
import type { Capability } from "@/lib/operations/doctor/report";

const SUPPORT_LABELS = new Map([
  [true, "Yes"],
  [false, "No"],
  [null, "Unknown"],
]);

/** Lists optional features of the store. The application works without each of them. */
export function CapabilityTable({ capabilities }: { capabilities: readonly Capability[] }) {
  return (
    <Section id="features" title="Optional features of this store">
      <DataTable
        caption="Optional features, whether this store supports them, and the effect"
        columns={[{ label: "Feature", as: "heading" }, "Supported", { label: "Effect", as: "prose" }]}
        rows={capabilities.map(({ name, title, supported, means }) => ({
          key: name,
          cells: [title, SUPPORT_LABELS.get(supported), means],
        }))}
      />
    </Section>
  );
}
