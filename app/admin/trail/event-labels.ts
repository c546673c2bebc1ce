/** What each event means. An event without a label is shown as it is. */
const EVENT_LABELS = new Map([
  ["account.left", "Person left"],
  ["account.returned", "Person came back"],
  ["access.assigned", "Role and access set"],
  ["bytes.destroyed", "Files deleted"],
  ["erasure.asked", "Erasure of the account asked for"],
  ["erasure.cancelled", "Erasure of the account cancelled"],
  ["grants.changed", "Access changed"],
  ["hold.placed", "Hold placed"],
  ["hold.released", "Hold released"],
  ["person.erased", "Person erased"],
  ["request.cancelled", "Request cancelled"],
  ["request.created", "Document asked for"],
  ["retention.confirmed", "Retention rule confirmed"],
  ["retention.proposed", "Retention rule proposed"],
  ["role.changed", "Role changed"],
  ["trail.rechained", "Earlier entries closed"],
]);

export function eventLabel(event: string): string {
  return EVENT_LABELS.get(event) ?? event;
}

/** Formats the details of an entry: "role: reviewer · fields: contract, medicalLetter". */
export function formatDetail(detail: unknown): string {
  if (typeof detail !== "object" || detail === null) return "";
  return Object.entries(detail)
    .map(([name, value]) => `${name}: ${value === "" ? "none" : String(value).replaceAll(",", ", ")}`)
    .join(" · ");
}
