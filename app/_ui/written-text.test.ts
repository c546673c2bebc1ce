import { createElement, type ReactElement } from "react";
import { renderToStaticMarkup } from "react-dom/server";
import { afterAll, beforeAll, expect, test } from "vitest";
import { db } from "@/app/_server/app-context";
import PublicProfilePage from "@/app/(public)/u/[handle]/page";
import { DocumentEntry } from "@/app/(site)/documents/document-entry";
import { AccessSummary } from "@/app/review/[fileId]/access-summary";
import { DecisionHistory } from "@/app/review/[fileId]/decision-history";
import type { Field } from "@/lib/fields/field";
import { medicalLetter } from "@/lib/fields/medical-letter";
import type { OwnDocument } from "@/lib/files/own-documents";
import { createMember } from "@/tests/support/app/person";
import { createTestEnvironment, type TestEnvironment } from "@/tests/support/environment";
import { TextArea, TextField } from "./field";

let environment: TestEnvironment;

beforeAll(async () => {
  environment = await createTestEnvironment();
});
afterAll(() => environment.drop());

const HEBREW = "שלום";
const place: Field = {
  ...medicalLetter,
  facts: [{ name: "place", label: "Place", kind: "text", required: false }],
};

/** Returns the tag around each Hebrew text that takes its direction from other text. */
function tagsWithoutDirection(element: ReactElement): string[] {
  const texts = renderToStaticMarkup(element).matchAll(/(<[^>]*>)[^<>]*שלום/g);
  const tags = [...texts].map(([, tag = ""]) => tag);
  expect(tags.length).toBeGreaterThan(0);
  return tags.filter((tag) => tag !== "<bdi>" && !/^<\w+ [^>]*dir="auto"/.test(tag));
}

const at = "2026-03-01T10:00:00.000Z";
const file = {
  ...{ id: "1", field: "medicalLetter", name: HEBREW, type: "application/pdf", size: 1, sha256: "" },
  ...{ visibility: "private", status: "changes_requested", createdAt: at, version: 1, viewerCount: 1 },
  ...{ message: HEBREW, facts: { place: HEBREW } },
} as const satisfies OwnDocument;
const decision = {
  ...{ at, outcome: "request_changes", by: { id: "ada", name: HEBREW }, note: HEBREW, message: HEBREW },
  facts: { place: HEBREW },
};
const access = { at, intent: "view", by: { name: HEBREW, role: "reviewer" } } as const;

test.each([
  [
    "the member's document",
    createElement(DocumentEntry, { document: file, field: place, now: new Date(at), timeZone: "UTC" }),
  ],
  ["the decision history", createElement(DecisionHistory, { decisions: [decision], field: place })],
  [
    "the access log",
    createElement(AccessSummary, { fileId: "1", firstPage: { items: [access], next: null } }),
  ],
])("%s shows each written text in its own direction", (_, element) => {
  expect(tagsWithoutDirection(element)).toEqual([]);
});

test("a public profile shows each written text in its own direction", async () => {
  const { id } = await createMember();
  const text = {
    name: HEBREW,
    headline: HEBREW,
    bio: HEBREW,
    pronouns: HEBREW,
    location: HEBREW,
    languages: HEBREW,
    links: [{ url: "https://example.org/", label: HEBREW }],
    handle: "shalom",
    visibility: "public",
  } as const;
  await db().user.update({ where: { id }, data: text });
  const page = await PublicProfilePage({
    params: Promise.resolve({ handle: "shalom" }),
    searchParams: Promise.resolve({}),
  });
  expect(tagsWithoutDirection(page)).toEqual([]);
});

test("a public profile shows only safe links, each with its website", async () => {
  const links = [
    { url: "https://evil.example/", label: "https://bank.example" },
    { url: "https://аpple.com/" },
    { url: "javascript:alert(1)", label: "A script" },
    { url: "http://example.org/", label: "Unencrypted" },
    { url: "https://ada@example.org/", label: "A user name" },
  ];
  const { id } = await createMember();
  await db().user.update({ where: { id }, data: { handle: "linked", visibility: "public", links } });
  const page = await PublicProfilePage({
    params: Promise.resolve({ handle: "linked" }),
    searchParams: Promise.resolve({}),
  });
  const html = renderToStaticMarkup(page);
  expect([...html.matchAll(/<a [^>]*>/g)].map(([tag]) => tag.replace(/ class="[^"]*"/, ""))).toEqual([
    '<a href="https://evil.example/" rel="nofollow ugc noopener">',
    '<a href="https://xn--pple-43d.com/" rel="nofollow ugc noopener">',
  ]);
  const text = html.replace(/<span class="hidden print:inline">[^<]*<\/span>/g, "").replace(/<[^>]*>/g, "");
  expect(text).toContain("https://bank.example evil.example");
  expect(text).toContain("xn--pple-43d.com");
  expect(text).not.toMatch(/script|Unencrypted|user name/);
});

test("each text but an e-mail address is typed in its own direction", () => {
  const field = { name: "text", label: "Text", defaultValue: HEBREW };
  for (const element of [createElement(TextField, field), createElement(TextArea, field)])
    expect(renderToStaticMarkup(element)).toContain('dir="auto"');
  expect(renderToStaticMarkup(createElement(TextField, { ...field, type: "email" }))).not.toContain("dir=");
});
