/** What each event means. An event without a label is shown as it is. */
const EVENT_LABELS = new Map([
  ["account.left", "Person left"],
  ["account.returned", "Person came back"],
  ["access.assigned", "Role and access set"],
  ["bytes.destroyed", "Files deleted"],
  ["email.changed", "E-mail address changed"],
  ["erasure.asked", "Erasure of the account asked for"],
  ["erasure.cancelled", "Erasure of the account cancelled"],
  ["grants.changed", "Access changed"],
  ["hold.placed", "Hold placed"],
  ["hold.released", "Hold released"],
  ["invitation.sent", "Person invited"],
  ["invitation.withdrawn", "Invitation withdrawn"],
  ["password.changed", "Password changed"],
  ["password.recovered", "Password set by a link"],
  ["person.erased", "Person erased"],
  ["person.joined", "Invited person joined"],
  ["person.let_go", "Person let go"],
  ["person.reinstated", "Suspension lifted"],
  ["person.returned", "Person taken back"],
  ["person.suspended", "Person suspended"],
  ["request.cancelled", "Request cancelled"],
  ["request.created", "Document asked for"],
  ["retention.confirmed", "Retention rule confirmed"],
  ["retention.proposed", "Retention rule proposed"],
  ["role.changed", "Role changed"],
  ["second_factor.added", "Second factor added"],
  ["second_factor.removed", "Second factor removed"],
  ["sessions.ended", "Signed out everywhere"],
  ["trail.rechained", "Earlier entries closed"],
  ["work_name.changed", "Work name changed"],
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
