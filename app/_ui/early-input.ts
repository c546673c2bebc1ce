/**
 * What a person did before the scripts of the page ran. `EARLY_INPUT_SCRIPT` records it, and each
 * form takes it up when it is ready.
 */
export type EarlyInput = {
  /** Forms that handle their own submit events now. */
  ready: WeakSet<HTMLFormElement>;
  /** Forms that a person has sent too early. */
  submitted: WeakSet<HTMLFormElement>;
  /** Controls that a person has changed. */
  changed: WeakSet<EventTarget>;
};

declare global {
  interface Window {
    earlyInput?: EarlyInput;
  }
}

/**
 * Runs inline, so it needs no request. Without it the browser would send an early form as a plain
 * POST, and the person would see the same page with an empty form. Browsers restore values when a
 * page is reloaded; only an event shows that a person has changed one.
 */
export const EARLY_INPUT_SCRIPT = `(() => {
  const early = window.earlyInput = { ready: new WeakSet(), submitted: new WeakSet(), changed: new WeakSet() };
  addEventListener("input", ({ target }) => { early.changed.add(target); }, true);
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method !== "post" || early.ready.has(form)) return;
    event.preventDefault();
    early.submitted.add(form);
    event.submitter?.setAttribute("data-waiting", "");
  }, true);
})()`;

/** Returns true if a person has changed this control, before or after the scripts ran. */
export function wasChanged(control: Element): boolean {
  return window.earlyInput?.changed.has(control) ?? false;
}
