"use client";

import { TextField } from "@/app/_ui/field";
import { sentenceOf } from "./profile-entries";
import { SaveStatus } from "./save-status";
import { useAutosave } from "./use-autosave";
import { useEarlyEntries } from "./use-early-entries";

const findNoErrors = () => [];

/** Edits what a picture shows, for people who do not see it. A new picture starts without it. */
export function PictureDescription({ id, alt }: { id: string; alt: string }) {
  const autosave = useAutosave(`/api/files/${id}`, { alt }, findNoErrors);
  const { state, dispatch, errors } = autosave;
  const root = useEarlyEntries<HTMLDivElement>(dispatch);
  const [error] = errors;
  return (
    <div ref={root} className="grid gap-2">
      <TextField
        label="What the picture shows"
        optional
        hint="In a few words, for people who do not see it: “Ada laughs in a garden”. At most 250 characters."
        name="alt"
        autoComplete="off"
        value={typeof state.entries.alt === "string" ? state.entries.alt : ""}
        error={error && sentenceOf(error)}
        onChange={({ currentTarget: { value } }) => dispatch({ type: "typed", path: "alt", text: value })}
        onBlur={() => dispatch({ type: "due", by: "leaving" })}
      />
      <SaveStatus autosave={autosave} subject="what the picture shows" />
    </div>
  );
}
