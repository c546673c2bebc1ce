import { type BrowserContext, expect, type Page } from "@playwright/test";

/**
 * Fails a test on any error in the consoles of its browsers: an exception, a warning of React, a
 * violation of the content security policy, a failed request. A test that causes an error on
 * purpose calls `allowErrors`.
 */
export class BrowserErrorMonitor {
  readonly #errors: string[] = [];
  readonly #allowed: RegExp[] = [];

  async monitor(context: BrowserContext, name: string): Promise<void> {
    const record = (page: Page | null, words: string) =>
      this.#errors.push(`${name} at ${page ? new URL(page.url(), "about:blank").pathname : "?"}: ${words}`);
    context.on("console", (message) => {
      if (message.type() === "error") record(message.page(), `${message.text()} (${message.location().url})`);
    });
    context.on("weberror", (error) => record(error.page(), `threw ${error.error()}`));
    // The console reports most violations, the event reports all.
    await context.addInitScript(() =>
      document.addEventListener("securitypolicyviolation", ({ violatedDirective, blockedURI }) =>
        console.error(`policy violated: ${violatedDirective} by ${blockedURI}`),
      ),
    );
  }

  /** Accepts errors that match. */
  allowErrors(words: RegExp): void {
    this.#allowed.push(words);
  }

  async expectNoErrors(): Promise<void> {
    const unexpected = this.#errors.filter((line) => !this.#allowed.some((words) => words.test(line)));
    expect(unexpected, "errors in the browsers' consoles").toEqual([]);
  }
}
