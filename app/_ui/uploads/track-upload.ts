import { announce } from "../announce";
import { activeUploads } from "./active-uploads";
import type { Upload } from "./upload";
import { isActive, type UploadState } from "./upload-state";
import { announcementOf } from "./upload-text";

/** Tells listeners how it fares until it is over. */
export function trackUpload(upload: Upload): void {
  const { name, file } = upload.request;
  let before: UploadState = { name: "queued" };
  let most = 0;
  // What begins anew, be it a part or all of it after a pause, takes some of the way back; nobody has to hear of the same quarter twice.
  const furthest = (state: UploadState): UploadState => {
    if (state.name !== "sending") return state;
    most = Math.max(most, state.sent);
    return { ...state, sent: most };
  };
  const hear = () => {
    const after = upload.state;
    const words = announcementOf(before, after, name, file.size);
    before = furthest(after);
    if (words) announce(words);
    if (!isActive(after) && after.name !== "failed") {
      activeUploads.delete(upload);
      stop();
    }
    updateLeaveWarning();
  };
  const stop = upload.subscribe(hear);
  activeUploads.add(upload);
  hear();
}

/** Whoever closes the page while something is under way is asked whether they mean it. */
function updateLeaveWarning(): void {
  const active = [...activeUploads].some(({ state }) => isActive(state));
  if (active) window.addEventListener("beforeunload", warnBeforeUnload);
  else window.removeEventListener("beforeunload", warnBeforeUnload);
}

function warnBeforeUnload(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
