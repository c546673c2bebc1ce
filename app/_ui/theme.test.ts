import { describe, expect, test } from "vitest";
import { parseTheme, serializeThemeCookie } from "./theme";

describe("theme", () => {
  test("parseTheme reads the three choices", () => {
    expect(["system", "light", "dark"].map(parseTheme)).toEqual(["system", "light", "dark"]);
  });

  test("parseTheme returns system for a missing or unknown cookie", () => {
    expect(parseTheme(undefined)).toBe("system");
    expect(parseTheme("toString")).toBe("system");
    expect(parseTheme('"><script>')).toBe("system");
  });

  test("serializeThemeCookie keeps a choice for a year and deletes system", () => {
    expect(serializeThemeCookie("dark")).toBe("theme=dark; Path=/; Max-Age=31536000; SameSite=Lax");
    expect(serializeThemeCookie("system")).toContain("Max-Age=0");
  });
});
