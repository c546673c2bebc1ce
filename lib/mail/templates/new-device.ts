import { z } from "zod";
import { defineTemplate } from "../template";

const detailSchema = z.object({ device: z.string() });

/** `detail` is `{ device }`: a name made of our own words, such as "Firefox on Windows". */
export const newDevice = defineTemplate({
  name: "new-device",
  label: "A sign-in on a new device",
  concernsSecurity: true,
  load: async (_, { detail }) => detailSchema.parse(detail),
  example: { device: "Firefox on Windows" },
  write: ({ device }) => ({
    subject: "Your account was used on a new device",
    paragraphs: [
      `Your account was used to sign in on a device that we do not know yet: ${device}.`,
      "If this was you, there is nothing to do. If not, change your password and sign out everywhere else.",
    ],
    action: { label: "Open the page Security", path: "/security" },
  }),
});
