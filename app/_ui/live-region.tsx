import { ANNOUNCER_ID } from "./announce";

/** Where `announce` speaks. Once per document, there from the start: a region that arrives with its words is not read. */
export function LiveRegion() {
  return (
    <div
      id={ANNOUNCER_ID}
      role="log"
      aria-live="polite"
      aria-label="Announcements"
      className="hidden-words"
    />
  );
}
