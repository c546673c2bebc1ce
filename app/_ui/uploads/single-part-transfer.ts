import { putWithStallTimeout } from "./put-with-stall-timeout";
import { type RetryOptions, retry } from "./retry";
import { TransferSpeed } from "./transfer-speed";
import type { SignedPut } from "./transport";
import type { UploadContext } from "./upload-context";
import type { TransferProgress } from "./upload-state";

/**
 * Sends a file to the store with a single PUT, the second step of a small file.
 *
 * "refused": the caller needs a new signed URL. The store's reason does not matter here
 * (400 can mean a slow connection or expired credentials). Only the completion judges the file.
 */
export async function sendSinglePart(
  context: UploadContext,
  upload: SignedPut,
  file: Blob,
  { signal, onStall, onProgress }: RetryOptions & { onProgress: (progress: TransferProgress) => void },
): Promise<"sent" | "refused"> {
  const put = async () => {
    const speed = new TransferSpeed();
    speed.add(context.now(), 0);
    const onBytesSent = (sent: number) => {
      speed.add(context.now(), sent);
      onProgress({ sent, secondsLeft: speed.secondsLeft(file.size) });
    };
    const options = { onProgress: onBytesSent, signal };
    return { status: await putWithStallTimeout(context, upload, file, options), body: null };
  };
  const { status } = await retry(context, put, { signal, onStall });
  // 412: the object exists. An earlier PUT succeeded and its response was lost.
  return (status >= 200 && status < 300) || status === 412 ? "sent" : "refused";
}
