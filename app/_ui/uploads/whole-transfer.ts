import { type Persistence, persevere } from "./persevere";
import { Speed } from "./speed";
import type { Tools } from "./tools";
import type { SignedPut } from "./transport";
import type { Progress } from "./upload-state";
import { watchedPut } from "./watched-put";

/**
 * Sends a file in one piece. "refused": another address is needed. Whatever else a store may mean by that (400 where the line was slow, or the
 * credentials too old), it is no word about the file: that is the completion's.
 */
export async function sendWhole(
  tools: Tools,
  upload: SignedPut,
  file: Blob,
  { signal, onStall, onProgress }: Persistence & { onProgress: (progress: Progress) => void },
): Promise<"sent" | "refused"> {
  const ask = async () => {
    const speed = new Speed();
    speed.add(tools.now(), 0);
    const hear = (sent: number) => {
      speed.add(tools.now(), sent);
      onProgress({ sent, secondsLeft: speed.secondsLeft(file.size) });
    };
    return { status: await watchedPut(tools, upload, file, { onProgress: hear, signal }), body: null };
  };
  const { status } = await persevere(tools, ask, { signal, onStall });
  // 412: it is there already, and only the answer was lost.
  return (status >= 200 && status < 300) || status === 412 ? "sent" : "refused";
}
