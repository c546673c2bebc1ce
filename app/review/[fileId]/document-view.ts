/**
 * How a document is shown. `zoom` is a percentage of the column's width, or "fit" for the whole
 * page.
 */
export type DocumentView = {
  page: number;
  zoom: number | "fit";
  /** Clockwise turns of 90°. */
  quarterTurns: 0 | 1 | 2 | 3;
  /** Shows the previous version next to it. */
  showsPrevious: boolean;
};

export const ZOOM_LEVELS = [50, 75, 100, 125, 150, 200, 300, 400] as const;

export const INITIAL_VIEW: DocumentView = { page: 1, zoom: 100, quarterTurns: 0, showsPrevious: false };

export type ViewAction = "zoomIn" | "zoomOut" | "fit" | "rotate" | "nextPage" | "previousPage" | "compare";

/**
 * Applies one action. Returns the same object if the action changes nothing, as at the last page.
 */
export function applyViewAction(view: DocumentView, action: ViewAction, pages: number): DocumentView {
  switch (action) {
    case "zoomIn":
      return withZoom(view, ZOOM_LEVELS.find((zoom) => zoom > zoomToNumber(view.zoom)) ?? view.zoom);
    case "zoomOut":
      return withZoom(view, ZOOM_LEVELS.findLast((zoom) => zoom < zoomToNumber(view.zoom)) ?? view.zoom);
    case "fit":
      return withZoom(view, "fit");
    case "rotate":
      return { ...view, quarterTurns: QUARTER_TURNS[(view.quarterTurns + 1) % 4] ?? 0 };
    case "nextPage":
      return withPage(view, Math.min(view.page + 1, pages));
    case "previousPage":
      return withPage(view, Math.max(view.page - 1, 1));
    case "compare":
      return { ...view, showsPrevious: !view.showsPrevious };
  }
}

const QUARTER_TURNS = [0, 1, 2, 3] as const;

/** "fit" counts as 99: zooming in leads to 100, zooming out to 75. */
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

/** Describes the view after an action, for screen readers. */
export function describeView(view: DocumentView, action: ViewAction, pages: number): string {
  switch (action) {
    case "zoomIn":
    case "zoomOut":
    case "fit":
      return formatZoom(view.zoom);
    case "rotate":
      return `Rotated to ${view.quarterTurns * 90}°`;
    case "nextPage":
    case "previousPage":
      return `Page ${view.page} of ${pages}`;
    case "compare":
      return view.showsPrevious ? "Previous version shown" : "Previous version hidden";
  }
}
