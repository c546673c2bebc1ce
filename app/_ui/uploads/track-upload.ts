import { announce } from "../announce";
import { activeUploads } from "./active-uploads";
import type { Upload } from "./upload";
import { isActive, type UploadState } from "./upload-state";
import { announcementOf } from "./upload-text";

/** Follows an upload until its end: announces progress and warns before the page closes. */
export function trackUpload(upload: Upload): void {
  const { name, file } = upload.request;
  let before: UploadState = { name: "queued" };
  let maxSent = 0;
  // A restarted part lowers `sent`. Keeping the maximum announces each quarter once.
  const withMaxSent = (state: UploadState): UploadState => {
    if (state.name !== "sending") return state;
    maxSent = Math.max(maxSent, state.sent);
    return { ...state, sent: maxSent };
  };
  const onChange = () => {
    const after = upload.state;
    const announcement = announcementOf(before, after, name, file.size);
    before = withMaxSent(after);
    if (announcement) announce(announcement);
    if (!isActive(after) && after.name !== "failed") {
      activeUploads.delete(upload);
      unsubscribe();
    }
    updateLeaveWarning();
  };
  const unsubscribe = upload.subscribe(onChange);
  activeUploads.add(upload);
  onChange();
}

/** Makes the browser ask for confirmation before it closes the page during an upload. */
function updateLeaveWarning(): void {
  const hasActive = [...activeUploads].some(({ state }) => isActive(state));
  if (hasActive) window.addEventListener("beforeunload", warnBeforeUnload);
  else window.removeEventListener("beforeunload", warnBeforeUnload);
}

function warnBeforeUnload(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
