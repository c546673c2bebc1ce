import { expect, test } from "vitest";
import { handleSchema, suggestHandle } from "./handle";

test.each([
  ["Łukasz Wałęsa", "lukasz-walesa"],
  ["Søren Ærø", "soren-aero"],
  ["Œuvre Groß", "oeuvre-gross"],
  ["GROẞ", "gross"],
  ["Guðrún Þórsdóttir", "gudrun-thorsdottir"],
  ["Đặng Ngọc", "dang-ngoc"],
  ["Işık İnan", "isik-inan"],
  ["山田 太郎", "member"],
])("the handle of %s begins with %s", (name, stem) => {
  const handle = suggestHandle(name);
  expect(handle).toMatch(new RegExp(`^${stem}-\\d{6}$`));
  expect(handleSchema.parse(handle)).toBe(handle);
});
