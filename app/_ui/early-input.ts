/**
 * What a person did before the scripts of the page ran. `EARLY_INPUT_SCRIPT` records it, and each
 * form and button takes it up when it is ready.
 */
export type EarlyInput = {
  /** Forms and buttons that handle their own events now. */
  ready: WeakSet<Element>;
  /** Forms that a person has sent too early, and buttons that a person has pressed too early. */
  waiting: WeakSet<Element>;
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
 * page is reloaded; only an event shows that a person has changed one. React must not see an event
 * that is repeated later, so the script stops it. A form with an `action` needs no script, so the
 * browser sends it. Each page has the text twice, so it is short.
 */
export const EARLY_INPUT_SCRIPT = `(() => {
  const early = window.earlyInput = { ready: new WeakSet(), waiting: new WeakSet(), changed: new WeakSet() };
  const delay = (event, element, button) => {
    event.stopImmediatePropagation();
    event.preventDefault();
    early.waiting.add(element);
    button?.setAttribute("data-waiting", "");
  };
  addEventListener("input", ({ target }) => { early.changed.add(target); }, true);
  addEventListener("submit", (event) => {
    const form = event.target;
    if (form.method === "post" && !form.hasAttribute("action") && !early.ready.has(form)) delay(event, form, event.submitter);
  }, true);
  addEventListener("click", (event) => {
    const button = event.target.closest("button[data-early]");
    if (button && !early.ready.has(button)) delay(event, button, button);
  }, true);
})()`.replace(/\n\s*/g, "");

/** Returns true if a person has changed this control, before or after the scripts ran. */
export function wasChanged(control: Element): boolean {
  return window.earlyInput?.changed.has(control) ?? false;
}
