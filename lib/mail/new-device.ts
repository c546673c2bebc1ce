import type { AppContext } from "../app-context";
import { newId } from "../id";
import { enqueueMails } from "./outbox";

/** Tells a person about a sign-in in a browser that the account has not used before. */
export async function reportNewDevice(
  context: Pick<AppContext, "db" | "clock">,
  recipientId: string,
  device: string,
): Promise<void> {
  await enqueueMails(context.db, context, [
    { template: "new-device", recipientId, key: `new-device/${newId()}`, detail: { device } },
  ]);
}
