/** How a document is looked at. `zoom` is a percentage of the column's width, or "fit": the whole page in view. */
export type DocumentView = {
  page: number;
  zoom: number | "fit";
  /** Clockwise quarters. */
  quarterTurns: 0 | 1 | 2 | 3;
  /** The previous version beside it. */
  showsPrevious: boolean;
};

export const ZOOM_LEVELS = [50, 75, 100, 125, 150, 200, 300, 400] as const;

export const INITIAL_VIEW: DocumentView = { page: 1, zoom: 100, quarterTurns: 0, showsPrevious: false };

export type ViewAction = "larger" | "smaller" | "fit" | "rotate" | "nextPage" | "previousPage" | "beside";

/** One press of a button or key. `pages` is how many there are; at an end nothing changes, and the same object comes back. */
export function applyViewAction(view: DocumentView, by: ViewAction, pages: number): DocumentView {
  switch (by) {
    case "larger":
      return withZoom(view, ZOOM_LEVELS.find((zoom) => zoom > zoomToNumber(view.zoom)) ?? view.zoom);
    case "smaller":
      return withZoom(view, ZOOM_LEVELS.findLast((zoom) => zoom < zoomToNumber(view.zoom)) ?? view.zoom);
    case "fit":
      return withZoom(view, "fit");
    case "rotate":
      return { ...view, quarterTurns: QUARTER_TURNS[(view.quarterTurns + 1) % 4] ?? 0 };
    case "nextPage":
      return withPage(view, Math.min(view.page + 1, pages));
    case "previousPage":
      return withPage(view, Math.max(view.page - 1, 1));
    case "beside":
      return { ...view, showsPrevious: !view.showsPrevious };
  }
}

const QUARTER_TURNS = [0, 1, 2, 3] as const;

/** "Fit" lies between 75 and 100: from there + goes to the full width, − below it. */
function zoomToNumber(zoom: DocumentView["zoom"]): number {
  return zoom === "fit" ? 99 : zoom;
}

function withZoom(view: DocumentView, zoom: DocumentView["zoom"]): DocumentView {
  return zoom === view.zoom ? view : { ...view, zoom };
}

function withPage(view: DocumentView, page: number): DocumentView {
  return page === view.page ? view : { ...view, page };
}

export function formatZoom(zoom: DocumentView["zoom"]): string {
  return zoom === "fit" ? "Whole page" : `${zoom} %`;
}

/** What a press is answered with aloud. */
export function describeView(view: DocumentView, by: ViewAction, pages: number): string {
  switch (by) {
    case "larger":
    case "smaller":
    case "fit":
      return formatZoom(view.zoom);
    case "rotate":
      return `Turned to ${view.quarterTurns * 90}°`;
    case "nextPage":
    case "previousPage":
      return `Page ${view.page} of ${pages}`;
    case "beside":
      return view.showsPrevious ? "Previous version shown beside it" : "Previous version put away";
  }
}
