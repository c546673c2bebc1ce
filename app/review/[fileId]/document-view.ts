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

export type ViewAction =
  | "zoomIn"
  | "zoomOut"
  | "fit"
  | "rotate"
  | "firstPage"
  | "previousPage"
  | "nextPage"
  | "lastPage"
  | "compare";

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
    case "firstPage":
      return goToPage(view, 1, pages);
    case "previousPage":
      return goToPage(view, view.page - 1, pages);
    case "nextPage":
      return goToPage(view, view.page + 1, pages);
    case "lastPage":
      return goToPage(view, pages, pages);
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

/** Turns to a page. A number outside the document means its first or last page. */
export function goToPage(view: DocumentView, page: number, pages: number): DocumentView {
  const inside = Math.min(Math.max(page, 1), pages);
  return inside === view.page ? view : { ...view, page: inside };
}

/** Parses a typed page number. Returns null for anything else. */
export function parsePageNumber(text: string): number | null {
  return /^\s*\d{1,6}\s*$/.test(text) ? Number(text) : null;
}

export function describePage(page: number, pages: number): string {
  return `Page ${page} of ${pages}`;
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
    case "firstPage":
    case "previousPage":
    case "nextPage":
    case "lastPage":
      return describePage(view.page, pages);
    case "compare":
      return view.showsPrevious ? "Previous version shown" : "Previous version hidden";
  }
}
