import { expect, test } from "vitest";
import { Problem } from "../errors";
import { serializeError } from "./serialize-error";

const SECRET = "ada@example.org";

test("an error is logged with kind, code and stack, without its message", () => {
  const error = Object.assign(new TypeError(`${SECRET} is not a function`), { code: "P2002" });
  const attributes = serializeError(error);
  expect(attributes).toMatchObject({ kind: "TypeError", code: "P2002" });
  expect(JSON.stringify(attributes)).toContain("serialize-error.test.ts");
  expect(JSON.stringify(attributes)).not.toContain(SECRET);
});

test("a message that looks like a stack is not logged", () => {
  const error = new Error(`Invalid\n    at ${SECRET} (/home/${SECRET}:1:2)\n    at /signed/${SECRET}:1:1`);
  expect(JSON.stringify(serializeError(error))).not.toContain("ada");
  error.message = "another one";
  expect(serializeError(error)).toEqual({ kind: "Error", at: [] });
});

test("causes are logged up to a limit, without names that are sentences", () => {
  const loop = new Error("loop", { cause: Object.assign(new Error(SECRET), { name: SECRET, code: SECRET }) });
  const attributes = serializeError(loop);
  expect(attributes).toMatchObject({ cause: { kind: "Error" } });
  expect(JSON.stringify(attributes)).not.toContain(SECRET);
  const round: Error & { cause?: unknown } = new Error("round");
  round.cause = round;
  expect(JSON.stringify(serializeError(round)).match(/cause/g)?.length).toBe(4);
});

test("our own detail is logged for unavailable and not for conflict", () => {
  expect(serializeError(new Problem("unavailable", "The store is unavailable."))).toMatchObject({
    detail: "The store is unavailable.",
  });
  expect(serializeError(new Problem("conflict", `${SECRET} is looking at it.`))).not.toHaveProperty("detail");
});
