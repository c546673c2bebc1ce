import { z } from "zod";
import { defineTemplate } from "../template";

const detailSchema = z.object({ change: z.enum(["added", "removed"]), kind: z.enum(["passkey", "app"]) });

const KINDS = { passkey: "A passkey", app: "An authenticator app" };

/** `detail` is `{ change, kind }`: what was added or removed. */
export const secondFactor = defineTemplate({
  name: "second-factor",
  label: "A second factor was added or removed",
  concernsSecurity: true,
  load: async (_, { detail }) => detailSchema.parse(detail),
  example: { change: "removed", kind: "app" } as z.infer<typeof detailSchema>,
  write: ({ change, kind }) => ({
    subject: change === "added" ? "Second factor added" : "Second factor switched off",
    paragraphs: [
      change === "added"
        ? `${KINDS[kind]} was added to your account. From now on you can sign in with it.`
        : `${KINDS[kind]} was removed from your account. It no longer works for signing in.`,
      "If this was not you, sign in, change your password and sign out everywhere else. Then tell your organisation.",
    ],
    action: { label: "Open the page Security", path: "/security" },
  }),
});
