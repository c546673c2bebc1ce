import { thumbHashToDataURL } from "thumbhash";

/** What stands in a picture's place until it has come, as a data URL: drawn here, so that no browser needs the code for it. */
export function placeholderUrl(thumbHash: string | null | undefined): string | null {
  return thumbHash ? thumbHashToDataURL(Buffer.from(thumbHash, "base64")) : null;
}
