export const ANNOUNCER_ID = "announcer";

/**
 * Says something to a screen reader without moving focus. Each message is a line of its own in the live region of the
 * root layout, so the same words can be said twice; old lines are dropped once there are ten.
 */
export function announce(message: string): void {
  const region = document.getElementById(ANNOUNCER_ID);
  if (!region) return;
  const line = document.createElement("p");
  line.textContent = message;
  region.append(line);
  while (region.childElementCount > 10) region.firstElementChild?.remove();
}
