import { describe, expect, test } from "vitest";
import {
  applyViewAction,
  type DocumentView,
  describeView,
  goToPage,
  INITIAL_VIEW,
  parsePageNumber,
  type ViewAction,
  ZOOM_LEVELS,
} from "./document-view";

const viewAfter = (actions: ViewAction[], pages = 3) =>
  actions.reduce<DocumentView>((view, action) => applyViewAction(view, action, pages), INITIAL_VIEW);

describe("the view of a document", () => {
  test("zooms by steps and stops at both ends", () => {
    expect(viewAfter(["zoomIn"]).zoom).toBe(125);
    expect(viewAfter(["zoomIn", "zoomOut"]).zoom).toBe(100);
    expect(viewAfter(Array.from({ length: 20 }, () => "zoomIn")).zoom).toBe(ZOOM_LEVELS.at(-1));
    expect(viewAfter(Array.from({ length: 20 }, () => "zoomOut")).zoom).toBe(ZOOM_LEVELS[0]);
  });

  test("zooms in and out from the whole page", () => {
    expect(viewAfter(["zoomIn", "fit"]).zoom).toBe("fit");
    expect(viewAfter(["fit", "zoomIn"]).zoom).toBe(100);
    expect(viewAfter(["fit", "zoomOut"]).zoom).toBe(75);
  });

  test("rotates by quarter turns", () => {
    expect(viewAfter(["rotate"]).quarterTurns).toBe(1);
    expect(viewAfter(["rotate", "rotate", "rotate", "rotate"]).quarterTurns).toBe(0);
  });

  test("turns pages within the document", () => {
    expect(viewAfter(["nextPage", "nextPage", "nextPage", "nextPage"]).page).toBe(3);
    expect(viewAfter(["nextPage", "previousPage", "previousPage"]).page).toBe(1);
  });

  test("jumps to the first, the last and a typed page", () => {
    expect(viewAfter(["lastPage"]).page).toBe(3);
    expect(viewAfter(["lastPage", "firstPage"]).page).toBe(1);
    expect(goToPage(INITIAL_VIEW, 2, 3).page).toBe(2);
    expect(goToPage(INITIAL_VIEW, 99, 3).page).toBe(3);
    expect(goToPage(INITIAL_VIEW, 0, 3).page).toBe(1);
  });

  test("takes only whole numbers as a page", () => {
    expect([" 12 ", "0", "1.5", "-1", "two", ""].map(parsePageNumber)).toEqual([
      12,
      0,
      null,
      null,
      null,
      null,
    ]);
  });

  test("stays the same object at the first and last page", () => {
    const last = { ...INITIAL_VIEW, page: 3 };
    expect(applyViewAction(last, "nextPage", 3)).toBe(last);
    expect(applyViewAction(INITIAL_VIEW, "previousPage", 3)).toBe(INITIAL_VIEW);
  });

  test("describes each action", () => {
    expect(describeView(viewAfter(["zoomIn"]), "zoomIn", 3)).toBe("125 %");
    expect(describeView(viewAfter(["nextPage"]), "nextPage", 3)).toBe("Page 2 of 3");
    expect(describeView(viewAfter(["rotate", "rotate"]), "rotate", 3)).toBe("Rotated to 180°");
    expect(describeView(viewAfter(["compare"]), "compare", 3)).toBe("Previous version shown");
  });
});
