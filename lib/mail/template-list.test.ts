import { describe, expect, test } from "vitest";
import { fields } from "../fields/fields";
import { renderMail } from "./render-mail";
import { MAIL_TEMPLATES } from "./template-list";

const APP_URL = "https://dossier.test";
const UNSUBSCRIBE_URL = `${APP_URL}/mail/unsubscribe?token=a.b`;
const LABELS = [...fields.values()].flatMap(({ name, label }) => [name, label]);

test("the list has every template once, by its own name", () => {
  for (const [name, template] of MAIL_TEMPLATES) expect(template.name).toBe(name);
  expect(MAIL_TEMPLATES.get("toString")).toBeUndefined();
});

describe.each([...MAIL_TEMPLATES])("the mail %s", (_, { example, concernsSecurity }) => {
  const unsubscribeUrl = concernsSecurity ? null : UNSUBSCRIBE_URL;
  const rendered = renderMail({ ...example, appUrl: APP_URL, unsubscribeUrl });

  test("says the same in HTML and in text", async () => {
    const { html, text } = await rendered;
    for (const words of [example.subject, ...example.paragraphs]) {
      expect(text).toContain(words);
      expect(html).toContain(words);
    }
    if (example.action) {
      expect(text).toContain(`${example.action.label}:\n${APP_URL}${example.action.path}`);
      expect(html).toContain(`href="${APP_URL}${example.action.path}"`);
    }
  });

  test("names no document type", async () => {
    const { html, text } = await rendered;
    for (const label of LABELS) expect(`${html}${text}`.toLowerCase()).not.toContain(label.toLowerCase());
  });

  test("has a short subject on one line", () => {
    expect(example.subject).toMatch(/^[\w ]{10,50}$/);
  });

  test("loads nothing and links to our own site only", async () => {
    const { html, text } = await rendered;
    expect(html).not.toMatch(/<(img|script|link|iframe|object|form)\b|url\(|@import|@font-face/i);
    const urls = `${html}${text}`.match(/https?:\/\/[^\s"'<>]+/g) ?? [];
    // The doctype names a document of the W3C, which no program loads.
    expect(urls.filter((url) => !url.startsWith(APP_URL) && !url.startsWith("http://www.w3.org/"))).toEqual(
      [],
    );
  });

  test("has colours for a dark theme", async () => {
    const { html } = await rendered;
    expect(html).toContain("@media (prefers-color-scheme: dark)");
    expect(html).toContain('<meta name="color-scheme" content="light dark"/>');
  });

  test(`${concernsSecurity ? "cannot" : "can"} be switched off`, async () => {
    const { html, text } = await rendered;
    expect(html.includes(UNSUBSCRIBE_URL)).toBe(!concernsSecurity);
    expect(text.includes(UNSUBSCRIBE_URL)).toBe(!concernsSecurity);
  });

  test("has no line longer than mail allows", async () => {
    const { text } = await rendered;
    expect(Math.max(...text.split("\n").map(({ length }) => length))).toBeLessThan(998);
  });
});

test("the layout escapes words", async () => {
  const { html } = await renderMail({
    subject: "A & B",
    paragraphs: ["<script>alert(1)</script>"],
    appUrl: APP_URL,
    unsubscribeUrl: null,
  });
  expect(html).not.toContain("<script>");
  expect(html).toContain("&lt;script&gt;");
});
