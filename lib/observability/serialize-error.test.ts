import { expect, test } from "vitest";
import { Problem } from "../errors";
import { serializeError } from "./serialize-error";

const SECRET = "ada@example.org";

test("an error is told by its kind, its code and where it happened, and by none of its words", () => {
  const thrown = Object.assign(new TypeError(`${SECRET} is not a function`), { code: "P2002" });
  const facts = serializeError(thrown);
  expect(facts).toMatchObject({ kind: "TypeError", code: "P2002" });
  expect(JSON.stringify(facts)).toContain("serialize-error.test.ts");
  expect(JSON.stringify(facts)).not.toContain(SECRET);
});

test("a message of several lines that looks like a stack stays out of it", () => {
  const thrown = new Error(`Invalid\n    at ${SECRET} (/home/${SECRET}:1:2)\n    at /signed/${SECRET}:1:1`);
  expect(JSON.stringify(serializeError(thrown))).not.toContain("ada");
  thrown.message = "another one";
  expect(serializeError(thrown)).toEqual({ kind: "Error", at: [] });
});

test("causes are told as well, to an end; codes and names that are sentences are not", () => {
  const loop = new Error("loop", { cause: Object.assign(new Error(SECRET), { name: SECRET, code: SECRET }) });
  const facts = serializeError(loop);
  expect(facts).toMatchObject({ cause: { kind: "Error" } });
  expect(JSON.stringify(facts)).not.toContain(SECRET);
  const round: Error & { cause?: unknown } = new Error("round");
  round.cause = round;
  expect(JSON.stringify(serializeError(round)).match(/cause/g)?.length).toBe(4);
});

test("our own words are told where they speak of ourselves, and not where they are for somebody", () => {
  expect(serializeError(new Problem("unavailable", "The store is away."))).toMatchObject({
    detail: "The store is away.",
  });
  expect(serializeError(new Problem("conflict", `${SECRET} is looking at it.`))).not.toHaveProperty("detail");
});
