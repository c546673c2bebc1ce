"use client";

import { TextArea, TextField } from "@/app/_ui/field";
import { LinkRows } from "./link-rows";
import { sentenceOf } from "./profile-entries";
import { SaveStatus } from "./save-status";
import type { Autosave } from "./use-autosave";
import { useEarlyEntries } from "./use-early-entries";

/** Edits the texts of the member's page. They save themselves, and stay after every error. */
export function ProfileForm({ autosave }: { autosave: Autosave }) {
  const { state, dispatch, errors } = autosave;
  const section = useEarlyEntries<HTMLElement>(dispatch);

  const control = (name: string) => {
    const entry = state.entries[name];
    const error = errors.find(({ path }) => path === name);
    return {
      name,
      value: typeof entry === "string" ? entry : "",
      error: error && sentenceOf(error),
      onChange: ({ currentTarget: { value } }: { currentTarget: { value: string } }) =>
        dispatch({ type: "typed", path: name, text: value }),
      onBlur: () => dispatch({ type: "due", by: "leaving" }),
    };
  };

  return (
    <section
      ref={section}
      aria-labelledby="page-text"
      className="grid content-start gap-5 [&_:is(input,textarea,button)]:scroll-mb-24"
    >
      <div className="grid gap-1">
        <h2 id="page-text" className="font-serif text-lg">
          Text on your page
        </h2>
        <p className="text-muted">What you type is saved by itself.</p>
      </div>
      <TextField
        label="Name"
        hint="The name that people know, in any alphabet."
        autoComplete="name"
        {...control("name")}
      />
      <TextField
        label="Pronouns"
        optional
        hint="Such as “she/her”. At most 40 characters."
        autoComplete="off"
        {...control("pronouns")}
      />
      <TextField
        label="Headline"
        optional
        hint="One line under your name, such as “Volunteer tutor”. At most 120 characters."
        autoComplete="off"
        {...control("headline")}
      />
      <TextField
        label="Location"
        optional
        hint="As much as you want to tell, such as a city. At most 80 characters."
        autoComplete="off"
        {...control("location")}
      />
      <TextField
        label="Languages"
        optional
        hint="The languages that you speak, with commas between them. At most 120 characters."
        autoComplete="off"
        {...control("languages")}
      />
      <TextArea
        label="About"
        optional
        rows={7}
        hint="A few sentences, at most 2,000 characters. Line breaks are kept."
        {...control("bio")}
      />
      <LinkRows autosave={autosave} />
      <div className="border-t border-hairline bg-paper py-2 [@media(height>=30rem)]:sticky [@media(height>=30rem)]:bottom-0">
        <SaveStatus autosave={autosave} subject="your text" />
      </div>
    </section>
  );
}
