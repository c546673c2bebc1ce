import { describe, expect, it } from "vitest";
import { parseTheme, serializeThemeCookie } from "./theme";

describe("theme", () => {
  it("reads the three choices", () => {
    expect(["system", "light", "dark"].map(parseTheme)).toEqual(["system", "light", "dark"]);
  });

  it("follows the system where the cookie is missing or somebody wrote something else into it", () => {
    expect(parseTheme(undefined)).toBe("system");
    expect(parseTheme("toString")).toBe("system");
    expect(parseTheme('"><script>')).toBe("system");
  });

  it("keeps a choice for a year and takes it back with system", () => {
    expect(serializeThemeCookie("dark")).toBe("theme=dark; Path=/; Max-Age=31536000; SameSite=Lax");
    expect(serializeThemeCookie("system")).toContain("Max-Age=0");
  });
});
