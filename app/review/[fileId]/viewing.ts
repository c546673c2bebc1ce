/** How a document is looked at. `zoom` is a percentage of the column's width, or "fit": the whole page in view. */
export type Viewing = {
  page: number;
  zoom: number | "fit";
  /** Clockwise quarters. */
  quarters: 0 | 1 | 2 | 3;
  /** The previous version beside it. */
  beside: boolean;
};

export const ZOOMS = [50, 75, 100, 125, 150, 200, 300, 400] as const;

export const FIRST_VIEW: Viewing = { page: 1, zoom: 100, quarters: 0, beside: false };

export type ViewingStep = "larger" | "smaller" | "fit" | "rotate" | "nextPage" | "previousPage" | "beside";

/** One press of a button or key. `pages` is how many there are; at an end nothing changes, and the same object comes back. */
export function step(view: Viewing, by: ViewingStep, pages: number): Viewing {
  switch (by) {
    case "larger":
      return zoomed(view, ZOOMS.find((zoom) => zoom > asNumber(view.zoom)) ?? view.zoom);
    case "smaller":
      return zoomed(view, ZOOMS.findLast((zoom) => zoom < asNumber(view.zoom)) ?? view.zoom);
    case "fit":
      return zoomed(view, "fit");
    case "rotate":
      return { ...view, quarters: QUARTERS[(view.quarters + 1) % 4] ?? 0 };
    case "nextPage":
      return turned(view, Math.min(view.page + 1, pages));
    case "previousPage":
      return turned(view, Math.max(view.page - 1, 1));
    case "beside":
      return { ...view, beside: !view.beside };
  }
}

const QUARTERS = [0, 1, 2, 3] as const;

/** "Fit" lies between 75 and 100: from there + goes to the full width, − below it. */
function asNumber(zoom: Viewing["zoom"]): number {
  return zoom === "fit" ? 99 : zoom;
}

function zoomed(view: Viewing, zoom: Viewing["zoom"]): Viewing {
  return zoom === view.zoom ? view : { ...view, zoom };
}

function turned(view: Viewing, page: number): Viewing {
  return page === view.page ? view : { ...view, page };
}

export function zoomWords(zoom: Viewing["zoom"]): string {
  return zoom === "fit" ? "Whole page" : `${zoom} %`;
}

/** What a press is answered with aloud. */
export function viewingWords(view: Viewing, by: ViewingStep, pages: number): string {
  switch (by) {
    case "larger":
    case "smaller":
    case "fit":
      return zoomWords(view.zoom);
    case "rotate":
      return `Turned to ${view.quarters * 90}°`;
    case "nextPage":
    case "previousPage":
      return `Page ${view.page} of ${pages}`;
    case "beside":
      return view.beside ? "Previous version shown beside it" : "Previous version put away";
  }
}
