"use client";

import { Button } from "@/app/_ui/button";
import { Icon, type IconName } from "@/app/_ui/icons";
import { KeyHint } from "../key-hint";
import type { ShortcutAction } from "../shortcuts";
import { type DocumentView, describePage, formatZoom, type ViewAction } from "./document-view";
import { PageInput } from "./page-input";

/**
 * A button for each action of the document viewer. Home and End have none: the page number can be
 * typed.
 */
export function ViewerToolbar({
  view,
  pages,
  previous,
  onAction,
  onPage,
}: {
  view: DocumentView;
  pages: number;
  /** The version to compare with, if there is one. */
  previous: { version: number; isDeleted: boolean } | null;
  onAction: (action: ViewAction) => void;
  onPage: (page: number) => void;
}) {
  const tool = (action: ViewAction & ShortcutAction, label: string, icon: IconName, key: string) => (
    <Button
      variant="plain"
      size="icon"
      aria-label={label}
      title={label}
      aria-keyshortcuts={key}
      onClick={() => onAction(action)}
    >
      <Icon name={icon} />
    </Button>
  );
  return (
    <fieldset aria-label="View" className="flex flex-wrap items-center gap-x-1">
      {tool("zoomOut", "Zoom out", "minus", "-")}
      <span className="tabular min-w-16 text-center">{formatZoom(view.zoom)}</span>
      {tool("zoomIn", "Zoom in", "plus", "+")}
      <Button variant="plain" onClick={() => onAction("fit")} aria-keyshortcuts="0">
        Fit
        <KeyHint action="fit" />
      </Button>
      {tool("rotate", "Rotate by 90°", "rotate", "t")}
      {previous ? (
        <Button
          variant="plain"
          aria-pressed={view.showsPrevious}
          disabled={previous.isDeleted}
          onClick={() => onAction("compare")}
          className="aria-pressed:bg-accent-wash aria-pressed:outline-2 aria-pressed:outline-accent"
        >
          <Icon name="swap" />
          {previous.isDeleted
            ? `Version ${previous.version} was deleted`
            : `Compare with version ${previous.version}`}
        </Button>
      ) : null}
      <div className="ml-auto flex items-center gap-x-1">
        {tool("previousPage", "Previous page", "left", "ArrowLeft")}
        {pages > 1 ? (
          <PageInput page={view.page} pages={pages} onPage={onPage} />
        ) : (
          <span className="tabular">{describePage(view.page, pages)}</span>
        )}
        {tool("nextPage", "Next page", "right", "ArrowRight")}
      </div>
    </fieldset>
  );
}
