import { announce } from "../announce";
import { underWay } from "./under-way";
import type { Upload } from "./upload";
import { isActive, type UploadState } from "./upload-state";
import { announcementOf } from "./upload-words";

/** Tells listeners how it fares until it is over. */
export function setOut(upload: Upload): void {
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
      underWay.delete(upload);
      stop();
    }
    guard();
  };
  const stop = upload.subscribe(hear);
  underWay.add(upload);
  hear();
}

/** Whoever closes the page while something is under way is asked whether they mean it. */
function guard(): void {
  const active = [...underWay].some(({ state }) => isActive(state));
  if (active) window.addEventListener("beforeunload", ask);
  else window.removeEventListener("beforeunload", ask);
}

function ask(event: BeforeUnloadEvent): void {
  event.preventDefault();
}
