import { type BrowserContext, expect, type Page } from "@playwright/test";

/**
 * Listens to the consoles of a test's browsers. Any error in one fails the test: an exception, what React complains about, a
 * violation of the content security policy, an address that did not answer. What a story brings about on purpose is announced with `allow`.
 */
export class BrowserErrorMonitor {
  readonly #heard: string[] = [];
  readonly #allowed: RegExp[] = [];

  async monitor(context: BrowserContext, name: string): Promise<void> {
    const hear = (page: Page | null, words: string) =>
      this.#heard.push(`${name} at ${page ? new URL(page.url(), "about:blank").pathname : "?"}: ${words}`);
    context.on("console", (message) => {
      if (message.type() === "error") hear(message.page(), `${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => hear(error.page(), `threw ${error.error()}`));
    // The console tells of most violations; the event tells of all.
    await context.addInitScript(() =>
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        console.error(`policy violated: ${violatedDirective} by ${blockedURI}`),
      ),
    );
  }

  /** Errors like this are part of the story. */
  allowErrors(words: RegExp): void {
    this.#allowed.push(words);
  }

  async expectNoErrors(): Promise<void> {
    const left = this.#heard.filter((line) => !this.#allowed.some((words) => words.test(line)));
    expect(left, "what the browsers' consoles complained about").toEqual([]);
  }
}
