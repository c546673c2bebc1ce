import { describe, expect, it } from "vitest";
import { INITIAL_VIEW, applyViewAction, type DocumentView, type ViewAction, describeView, ZOOM_LEVELS } from "./document-view";

const looking = (steps: ViewAction[], pages = 3, from: DocumentView = INITIAL_VIEW) =>
  steps.reduce((view, by) => applyViewAction(view, by, pages), from);

describe("looking at a document", () => {
  it("grows and shrinks by steps, and stops at both ends", () => {
    expect(looking(["larger"]).zoom).toBe(125);
    expect(looking(["larger", "smaller"]).zoom).toBe(100);
    expect(looking(Array.from({ length: 20 }, () => "larger")).zoom).toBe(ZOOM_LEVELS.at(-1));
    expect(looking(Array.from({ length: 20 }, () => "smaller")).zoom).toBe(ZOOM_LEVELS[0]);
  });

  it("fits, and goes on from there to the full width or below it", () => {
    expect(looking(["larger", "fit"]).zoom).toBe("fit");
    expect(looking(["fit", "larger"]).zoom).toBe(100);
    expect(looking(["fit", "smaller"]).zoom).toBe(75);
  });

  it("turns by quarters and comes round", () => {
    expect(looking(["rotate"]).quarterTurns).toBe(1);
    expect(looking(["rotate", "rotate", "rotate", "rotate"]).quarterTurns).toBe(0);
  });

  it("turns pages within the document", () => {
    expect(looking(["nextPage", "nextPage", "nextPage", "nextPage"]).page).toBe(3);
    expect(looking(["nextPage", "previousPage", "previousPage"]).page).toBe(1);
  });

  it("is the very same where there is nothing further", () => {
    const last = { ...INITIAL_VIEW, page: 3 };
    expect(applyViewAction(last, "nextPage", 3)).toBe(last);
    expect(applyViewAction(INITIAL_VIEW, "previousPage", 3)).toBe(INITIAL_VIEW);
  });

  it("says what a press has done", () => {
    expect(describeView(looking(["larger"]), "larger", 3)).toBe("125 %");
    expect(describeView(looking(["nextPage"]), "nextPage", 3)).toBe("Page 2 of 3");
    expect(describeView(looking(["rotate", "rotate"]), "rotate", 3)).toBe("Turned to 180°");
    expect(describeView(looking(["beside"]), "beside", 3)).toContain("beside");
  });
});
