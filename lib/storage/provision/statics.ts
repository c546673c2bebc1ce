import type { parsePublishing } from "../../env/publishing";
import type { S3Place } from "../doctor/patient";

/** How a store is reached, and with which keys. */
export type Store = Pick<S3Place, "region" | "endpoint" | "forcePathStyle" | "credentials">;
/** The bucket of static files, where its publisher finds it: maybe in another store than members' files, and with keys of its own. */
export type Statics = Store & { bucket: string };
export type Publishing = ReturnType<typeof parsePublishing>;

/** As `npm run static -- publish` reaches it; undefined where none is named. */
export function staticsOf(publishing: Publishing) {
  const { STORAGE_STATIC_BUCKET: bucket, STATIC_S3_ACCESS_KEY_ID: id } = publishing;
  const { STATIC_S3_SECRET_ACCESS_KEY: secret } = publishing;
  if (!bucket) return undefined;
  return {
    bucket,
    region: publishing.STATIC_S3_REGION,
    endpoint: publishing.STATIC_S3_ENDPOINT,
    forcePathStyle: publishing.STATIC_S3_FORCE_PATH_STYLE,
    credentials: id && secret ? { accessKeyId: id, secretAccessKey: secret } : undefined,
  };
}
