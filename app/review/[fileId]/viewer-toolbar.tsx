"use client";

import { Button } from "@/app/_ui/button";
import { Icon, type IconName } from "@/app/_ui/icons";
import type { ShortcutAction } from "../shortcuts";
import { KeyHint } from "../key-hint";
import { type DocumentView, type ViewAction, formatZoom } from "./document-view";

/** A button for each thing that the viewer's keys do. */
export function ViewerToolbar({
  view: viewing,
  pages,
  previous,
  onAction: onStep,
}: {
  view: DocumentView;
  pages: number;
  /** The version that can be put beside it, if there is one. */
  previous: { version: number; destroyed: boolean } | null;
  onAction: (by: ViewAction) => void;
}) {
  const tool = (by: ViewAction & ShortcutAction, label: string, icon: IconName, key: string) => (
    <Button
      variant="plain"
      size="icon"
      aria-label={label}
      title={label}
      aria-keyshortcuts={key}
      onClick={() => onStep(by)}
    >
      <Icon name={icon} />
    </Button>
  );
  return (
    <fieldset aria-label="View" className="flex flex-wrap items-center gap-x-1">
      {tool("smaller", "Smaller", "minus", "-")}
      <span className="tabular min-w-16 text-center">{formatZoom(viewing.zoom)}</span>
      {tool("larger", "Larger", "plus", "+")}
      <Button variant="plain" onClick={() => onStep("fit")} aria-keyshortcuts="0">
        Fit
        <KeyHint action="fit" />
      </Button>
      {tool("rotate", "Turn by a quarter", "rotate", "t")}
      {previous ? (
        <Button
          variant="plain"
          aria-pressed={viewing.showsPrevious}
          disabled={previous.destroyed}
          onClick={() => onStep("beside")}
          className="aria-pressed:bg-accent-wash aria-pressed:outline-2 aria-pressed:outline-accent"
        >
          <Icon name="swap" />
          {previous.destroyed
            ? `Version ${previous.version} is destroyed`
            : `Version ${previous.version} beside`}
        </Button>
      ) : null}
      <div className="ml-auto flex items-center gap-x-1">
        {tool("previousPage", "Previous page", "left", "ArrowLeft")}
        <span className="tabular">
          Page {viewing.page} of {pages}
        </span>
        {tool("nextPage", "Next page", "right", "ArrowRight")}
      </div>
    </fieldset>
  );
}
