import { loadLink } from "../load-link";
import { defineTemplate } from "../template";

export const invite = defineTemplate({
  name: "invite",
  label: "Invitation",
  concernsSecurity: true,
  load: loadLink,
  example: { path: "/join/a.b" as const },
  write: ({ path }) => ({
    subject: "You are invited to join Dossier",
    paragraphs: [
      "An admin invites you to the site below. There you keep a profile, and your documents in private storage.",
      "Open the link to give your name and choose a password. The link works once, for seven days.",
      "If you do not expect this invitation, do nothing. You get no account without the link.",
    ],
    action: { label: "Accept the invitation", path },
  }),
});
