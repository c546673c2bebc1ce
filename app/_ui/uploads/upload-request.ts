import type { Crop } from "@/lib/inspect/crop";

/** What to upload, to which field, and for which member. */
export type UploadRequest = {
  field: string;
  file: Blob;
  /** The file name that the member sees. */
  name: string;
  /** Media type of the bytes. */
  type: string;
  /** Bytes. A larger file is a multipart upload. */
  partSize: number;
  crop?: Crop;
  /** Id of the member. localStorage keeps a record of their multipart upload. */
  owner: string;
  /** Id of the multipart upload that this file resumes. */
  resumedUploadId?: string;
};
