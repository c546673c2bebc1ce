"use client";

import { type ReactNode, useState } from "react";
import { Avatar } from "@/app/_ui/avatar";
import { Button } from "@/app/_ui/button";
import { PublicProfileView } from "@/app/(public)/u/[handle]/public-profile";
import { AddressForm } from "./address-form";
import { type OwnPicture, OwnPictureView } from "./own-picture-view";
import { checkTexts, entriesOf, type PageTexts, textsOf } from "./profile-entries";
import { ProfileForm } from "./profile-form";
import { useAutosave } from "./use-autosave";

/** Edits the member's page, and shows it as visitors see it. `pictureEditor` comes first,
 * `badgeChoice` last. */
export function ProfileEditor({
  texts,
  handle,
  picture,
  pictureEditor,
  badges,
  badgeChoice,
}: {
  texts: PageTexts;
  handle: string;
  picture: OwnPicture | null;
  pictureEditor: ReactNode;
  badges: ReactNode;
  badgeChoice: ReactNode;
}) {
  const autosave = useAutosave("/api/profile", entriesOf(texts), checkTexts);
  return (
    <div className="grid gap-x-12 gap-y-10 lg:grid-cols-[minmax(0,1fr)_minmax(0,24rem)]">
      <div className="grid min-w-0 content-start gap-10">
        {pictureEditor}
        <ProfileForm autosave={autosave} />
        <AddressForm handle={handle} />
        {badgeChoice}
      </div>
      <Preview texts={textsOf(autosave.state.entries)} picture={picture} badges={badges} />
    </div>
  );
}

/** Shows the page with the entries as typed: beside the form, or on a phone behind a button. */
function Preview({
  texts,
  picture,
  badges,
}: {
  texts: PageTexts;
  picture: OwnPicture | null;
  badges: ReactNode;
}) {
  const [isOpen, setIsOpen] = useState(false);
  const portrait =
    picture?.visibility === "public" ? (
      <OwnPictureView picture={picture} name={texts.name} alt={picture.alt} />
    ) : (
      <Avatar picture={null} name={texts.name} size={256} />
    );
  return (
    <div className="grid content-start gap-3">
      <Button
        className="justify-self-start lg:hidden"
        aria-expanded={isOpen}
        aria-controls="preview"
        onClick={() => setIsOpen(!isOpen)}
      >
        {isOpen ? "Hide the preview" : "Preview your page"}
      </Button>
      <section
        id="preview"
        aria-labelledby="preview-title"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: a person scrolls it with the keyboard.
        tabIndex={0}
        className={`gap-3 lg:sticky lg:top-6 lg:grid lg:max-h-[calc(100dvh-3rem)] lg:overflow-y-auto ${isOpen ? "grid" : "hidden"}`}
      >
        <h2 id="preview-title" className="font-serif text-lg">
          Preview
        </h2>
        <div className="border border-hairline bg-paper">
          <PublicProfileView texts={texts} portrait={portrait} heading="h3">
            {badges}
          </PublicProfileView>
        </div>
      </section>
    </div>
  );
}
