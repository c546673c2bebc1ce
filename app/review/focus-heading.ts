/** Focuses the heading of the page: after a navigation, or if the used control has disappeared. */
export function focusHeading(): void {
  document.querySelector<HTMLElement>("main h1")?.focus();
}
