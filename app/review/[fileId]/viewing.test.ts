import { describe, expect, it } from "vitest";
import { FIRST_VIEW, step, type Viewing, type ViewingStep, viewingWords, ZOOMS } from "./viewing";

const looking = (steps: ViewingStep[], pages = 3, from: Viewing = FIRST_VIEW) =>
  steps.reduce((view, by) => step(view, by, pages), from);

describe("looking at a document", () => {
  it("grows and shrinks by steps, and stops at both ends", () => {
    expect(looking(["larger"]).zoom).toBe(125);
    expect(looking(["larger", "smaller"]).zoom).toBe(100);
    expect(looking(Array.from({ length: 20 }, () => "larger")).zoom).toBe(ZOOMS.at(-1));
    expect(looking(Array.from({ length: 20 }, () => "smaller")).zoom).toBe(ZOOMS[0]);
  });

  it("fits, and goes on from there to the full width or below it", () => {
    expect(looking(["larger", "fit"]).zoom).toBe("fit");
    expect(looking(["fit", "larger"]).zoom).toBe(100);
    expect(looking(["fit", "smaller"]).zoom).toBe(75);
  });

  it("turns by quarters and comes round", () => {
    expect(looking(["rotate"]).quarters).toBe(1);
    expect(looking(["rotate", "rotate", "rotate", "rotate"]).quarters).toBe(0);
  });

  it("turns pages within the document", () => {
    expect(looking(["nextPage", "nextPage", "nextPage", "nextPage"]).page).toBe(3);
    expect(looking(["nextPage", "previousPage", "previousPage"]).page).toBe(1);
  });

  it("is the very same where there is nothing further", () => {
    const last = { ...FIRST_VIEW, page: 3 };
    expect(step(last, "nextPage", 3)).toBe(last);
    expect(step(FIRST_VIEW, "previousPage", 3)).toBe(FIRST_VIEW);
  });

  it("says what a press has done", () => {
    expect(viewingWords(looking(["larger"]), "larger", 3)).toBe("125 %");
    expect(viewingWords(looking(["nextPage"]), "nextPage", 3)).toBe("Page 2 of 3");
    expect(viewingWords(looking(["rotate", "rotate"]), "rotate", 3)).toBe("Turned to 180°");
    expect(viewingWords(looking(["beside"]), "beside", 3)).toContain("beside");
  });
});
