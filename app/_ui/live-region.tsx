import { ANNOUNCER_ID } from "./announce";

/**
 * The live region for `announce`, once per document. It must exist before its first message:
 * screen readers skip the content of a new region.
 */
export function LiveRegion() {
  return (
    <div
      id={ANNOUNCER_ID}
      role="log"
      aria-live="polite"
      aria-label="Announcements"
      className="visually-hidden"
    />
  );
}
