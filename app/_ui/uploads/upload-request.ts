import type { Crop } from "@/lib/inspect/crop";

/** What is to be sent, and as what. */
export type UploadRequest = {
  field: string;
  file: Blob;
  /** As the member knows it. */
  name: string;
  /** Media type of the bytes. */
  type: string;
  /** Bytes; a larger file travels in parts. */
  partSize: number;
  crop?: Crop;
  /** Whose it is: an upload in parts is then remembered on this device. */
  owner: string;
  /** The id of an upload in parts that this file goes on with. */
  resumedUploadId?: string;
};
