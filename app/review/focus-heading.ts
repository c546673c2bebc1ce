/** To the heading of the page: where somebody stands after a change of place, or when the control they used is gone. */
export function focusHeading(): void {
  document.querySelector<HTMLElement>("main h1")?.focus();
}
