import type { Env } from "../../env";
import { storageSettings } from "../factory";
import type { Order } from "./provision";
import { type Publishing, staticsOf } from "./statics";

/** What the environment asks to be provisioned; null with local storage, which needs nothing. */
export function orderOf(env: Env, publishing: Publishing): Order | null {
  const place = storageSettings(env);
  if (place.driver === "local") return null;
  return {
    place,
    statics: staticsOf(publishing),
    appUrl: env.APP_URL,
    ticketLife: Math.max(env.UPLOAD_TTL, env.MULTIPART_TTL),
    grace: env.SWEEP_GRACE,
  };
}
