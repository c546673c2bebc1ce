import { join } from "node:path";
import { defineDriver } from "../driver";

export type LocalStorageSettings = {
  driver: "local";
  /** Contains the folders `public` and `private`. */
  folder: string;
  /** URL of the application, without a slash at the end. */
  baseUrl: string;
  mediaUrl?: string | undefined;
  hasCdnPurge?: boolean | undefined;
  /** Signs the URLs. At least 32 characters. */
  secret: string;
};

/** Files on the disk of this machine; the application serves them. */
export const LOCAL_DRIVER = defineDriver({
  variables: {},
  findProblems: () => [],
  settingsFromEnv: (env): LocalStorageSettings => ({
    driver: "local",
    // Without the comment, the file tracing of a build adds every folder named "storage".
    folder: join(/* turbopackIgnore: true */ env.DATA_DIR, "storage"),
    baseUrl: env.APP_URL,
    mediaUrl: env.MEDIA_URL,
    hasCdnPurge: env.MEDIA_PURGE_URL !== undefined,
    secret: env.AUTH_SECRET,
  }),
  cspSources: () => ({ public: [], private: [] }),
  capabilities: { isShared: false },
});
