import { afterEach, expect, test, vi } from "vitest";
import { DECISIONS } from "./decisions";

afterEach(() => {
  vi.doUnmock("./decisions");
  vi.resetModules();
});

test.each(["key", "status"] as const)("refuses two outcomes with the same %s", async (property) => {
  const copy = { ...DECISIONS.reject, key: "z", status: "stored", [property]: DECISIONS.approve[property] };
  vi.resetModules();
  vi.doMock("./decisions", () => ({ DECISIONS: { ...DECISIONS, copy } }));
  await expect(import("./outcomes")).rejects.toThrow(`the ${property} "${DECISIONS.approve[property]}"`);
});
