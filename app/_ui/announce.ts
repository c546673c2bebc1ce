export const ANNOUNCER_ID = "announcer";

/**
 * Announces a message to screen readers without moving focus. Each message is a new line in the
 * live region of the root layout, so a message can be repeated. Keeps the last ten lines.
 */
export function announce(message: string): void {
  const region = document.getElementById(ANNOUNCER_ID);
  if (!region) return;
  const line = document.createElement("p");
  line.textContent = message;
  region.append(line);
  while (region.childElementCount > 10) region.firstElementChild?.remove();
}
