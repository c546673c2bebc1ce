"use client";

import { useId, useState } from "react";
import { parsePageNumber } from "./document-view";

/**
 * "Page 3 of 12", where the 3 can be typed. Enter turns to the page and keeps the focus, Escape
 * takes the number back. Leaving the input turns too, as a phone has no Enter for numbers.
 */
export function PageInput({
  page,
  pages,
  onPage,
}: {
  page: number;
  pages: number;
  onPage: (page: number) => void;
}) {
  const [text, setText] = useState<string | null>(null);
  const id = useId();
  const turn = () => {
    const number = text === null ? null : parsePageNumber(text);
    setText(null);
    if (number !== null) onPage(number);
  };
  return (
    <span className="tabular flex items-center gap-1.5">
      <label htmlFor={id}>Page</label>
      <input
        id={id}
        inputMode="numeric"
        autoComplete="off"
        enterKeyHint="go"
        aria-describedby={`${id}-pages`}
        value={text ?? page}
        style={{ width: `${String(pages).length + 2.5}ch` }}
        className="min-h-11 rounded border border-edge bg-sheet px-1 text-center text-base text-ink hover:border-ink"
        onFocus={({ currentTarget }) => currentTarget.select()}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
        onBlur={turn}
        onKeyDown={(event) => {
          if (event.key === "Enter") turn();
          else if (event.key === "Escape") setText(null);
          else return;
          event.preventDefault();
        }}
      />
      <span id={`${id}-pages`}>of {pages}</span>
    </span>
  );
}
