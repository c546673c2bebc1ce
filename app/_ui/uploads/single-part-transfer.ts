import { type RetryOptions, retry } from "./retry";
import { TransferSpeed } from "./transfer-speed";
import type { UploadContext } from "./upload-context";
import type { SignedPut } from "./transport";
import type { TransferProgress } from "./upload-state";
import { putWithStallTimeout } from "./put-with-stall-timeout";

/**
 * Sends a file in one piece. "refused": another address is needed. Whatever else a store may mean by that (400 where the line was slow, or the
 * credentials too old), it is no word about the file: that is the completion's.
 */
export async function sendSinglePart(
  tools: UploadContext,
  upload: SignedPut,
  file: Blob,
  { signal, onStall, onProgress }: RetryOptions & { onProgress: (progress: TransferProgress) => void },
): Promise<"sent" | "refused"> {
  const ask = async () => {
    const speed = new TransferSpeed();
    speed.add(tools.now(), 0);
    const hear = (sent: number) => {
      speed.add(tools.now(), sent);
      onProgress({ sent, secondsLeft: speed.secondsLeft(file.size) });
    };
    return { status: await putWithStallTimeout(tools, upload, file, { onProgress: hear, signal }), body: null };
  };
  const { status } = await retry(tools, ask, { signal, onStall });
  // 412: it is there already, and only the answer was lost.
  return (status >= 200 && status < 300) || status === 412 ? "sent" : "refused";
}
