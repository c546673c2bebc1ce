"use client";

import { useEffect, useRef } from "react";
import { Button } from "@/app/_ui/button";
import { TextField } from "@/app/_ui/field";
import { Icon } from "@/app/_ui/icons";
import type { LinkRow } from "./autosave";
import { completeAddress, sentenceOf } from "./profile-entries";
import type { Autosave } from "./use-autosave";

const MAX_ROWS = 5;

/** Edits the links of the page, in rows of an address and the words that stand for it. */
export function LinkRows({ autosave: { state, dispatch, errors } }: { autosave: Autosave }) {
  const { links } = state.entries;
  const rows: readonly LinkRow[] = typeof links === "object" ? links : [];
  const group = useRef<HTMLFieldSetElement>(null);
  const focusNext = useRef<string | null>(null);

  // After the new rows are on the page.
  useEffect(() => {
    if (focusNext.current !== null)
      group.current?.querySelector<HTMLElement>(`[name="${focusNext.current}"]`)?.focus();
    focusNext.current = null;
  });

  const errorOf = (path: string) => {
    const error = errors.find((each) => each.path === path);
    return error && sentenceOf(error);
  };
  const leave = () => dispatch({ type: "due", by: "leaving" });
  const arrange = (next: readonly LinkRow[], focus: string) => {
    focusNext.current = focus;
    dispatch({ type: "arranged", name: "links", rows: next });
    leave();
  };

  return (
    <fieldset ref={group} className="grid gap-4">
      <legend className="font-bold">
        Links<span className="font-normal text-muted"> (optional)</span>
      </legend>
      <p className="text-sm text-muted">
        At most five websites. Visitors always see the name of the website beside your words.
      </p>
      {rows.map((row, index) => {
        const path = `links.${index}`;
        return (
          <div
            // biome-ignore lint/suspicious/noArrayIndexKey: a row has no other identity.
            key={index}
            className="grid items-start gap-x-4 gap-y-3 border-l-2 border-hairline pl-4 sm:grid-cols-2"
          >
            <TextField
              label={`Link ${index + 1}`}
              name={`${path}.url`}
              type="url"
              autoComplete="off"
              placeholder="https://"
              value={row.url}
              error={errorOf(`${path}.url`)}
              onChange={({ currentTarget: { name, value } }) =>
                dispatch({ type: "typed", path: name, text: value })
              }
              onBlur={({ currentTarget: { name, value } }) => {
                const text = completeAddress(value);
                if (text !== value) dispatch({ type: "typed", path: name, text });
                leave();
              }}
            />
            <TextField
              label={`Words for link ${index + 1}`}
              optional
              name={`${path}.label`}
              autoComplete="off"
              value={row.label}
              error={errorOf(`${path}.label`)}
              onChange={({ currentTarget: { name, value } }) =>
                dispatch({ type: "typed", path: name, text: value })
              }
              onBlur={leave}
            />
            <Button
              variant="plain"
              className="-ml-3 justify-self-start px-3"
              onClick={() => {
                const next = rows.filter((_, at) => at !== index);
                arrange(next, next.length > 0 ? `links.${Math.min(index, next.length - 1)}.url` : "add-link");
              }}
            >
              <Icon name="trash" />
              Remove link {index + 1}
            </Button>
          </div>
        );
      })}
      {errorOf("links") ? <p className="text-sm font-bold text-refused">{errorOf("links")}</p> : null}
      {rows.length < MAX_ROWS ? (
        <Button
          name="add-link"
          className="justify-self-start"
          onClick={() => arrange([...rows, { url: "", label: "" }], `links.${rows.length}.url`)}
        >
          <Icon name="plus" />
          Add a link
        </Button>
      ) : null}
    </fieldset>
  );
}
