import type { Env } from "../../env";
import { storageSettings } from "../factory";
import type { Order } from "./provision";

/** What the environment asks to be provisioned; null with local storage, which needs nothing. */
export function orderOf(env: Env): Order | null {
  const place = storageSettings(env);
  if (place.driver === "local") return null;
  return {
    place,
    staticBucket: env.STORAGE_STATIC_BUCKET,
    appUrl: env.APP_URL,
    ticketLife: Math.max(env.UPLOAD_TTL, env.MULTIPART_TTL),
    grace: env.SWEEP_GRACE,
  };
}
