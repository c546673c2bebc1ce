import type { Role } from "../../lib/db/generated/enums";
import { renderLandscape, type Portrait, renderPortrait } from "./pictures";

export type DemoPerson = {
  name: string;
  /** The name in Latin letters, as it stands on papers. */
  latin: string;
  role: Role;
  /** Grants; without them those that the role brings. */
  fields?: string[];
  profile?: { handle: string; headline: string; bio: string; visibility: "public" | "private" };
  /** The last one counts. */
  pictures?: (() => Promise<Buffer>)[];
};

const portraitRenderer = (how: Portrait) => () => renderPortrait(how);
const DEMO_BIO = "Nobody like this exists: the page belongs to the demo, and was laid by a program.";

/** By the first part of their address; everybody is marked as the demo's wherever their name is shown. */
export const DEMO_PEOPLE = {
  admin: { name: "Ines (demo)", latin: "Ines (demo)", role: "admin" },
  mira: {
    name: "Mira (demo)",
    latin: "Mira (demo)",
    role: "reviewer",
    profile: {
      handle: "mira-demo",
      headline: "Looks at everything that is handed in",
      bio: DEMO_BIO,
      visibility: "private",
    },
    pictures: [portraitRenderer({ hue: 30, coat: [150, 0.45], skin: 0.74, hair: [40, 0.26], hairstyle: "long" })],
  },
  jonas: {
    name: "Jonas (demo)",
    latin: "Jonas (demo)",
    role: "reviewer",
    fields: ["dbsCertificate"],
    profile: {
      handle: "jonas-demo",
      headline: "Looks at certificates, and at nothing else",
      bio: DEMO_BIO,
      visibility: "private",
    },
    pictures: [() => renderLandscape(230)],
  },
  ada: {
    name: "Ada (demo)",
    latin: "Ada (demo)",
    role: "member",
    profile: {
      handle: "ada-demo",
      headline: "Volunteer tutor for mathematics",
      bio: `Saturday mornings at the library: fractions first, then whatever is on your mind.\n\n${DEMO_BIO}`,
      visibility: "public",
    },
    pictures: [
      () => renderLandscape(160),
      portraitRenderer({ hue: 205, coat: [205, 0.42], skin: 0.8, hair: [50, 0.3], hairstyle: "bob" }),
    ],
  },
  soren: {
    name: "Søren (demo)",
    latin: "Søren (demo)",
    role: "member",
    profile: { handle: "soren-demo", headline: "Drives the minibus", bio: DEMO_BIO, visibility: "public" },
    pictures: [portraitRenderer({ hue: 85, coat: [260, 0.38], skin: 0.84, hair: [75, 0.72], hairstyle: "short" })],
  },
  eirini: {
    name: "Ειρήνη (demo)",
    latin: "Eirini (demo)",
    role: "member",
    profile: {
      handle: "eirini-demo",
      headline: "Reads aloud · Διαβάζω ιστορίες",
      bio: DEMO_BIO,
      visibility: "public",
    },
    pictures: [portraitRenderer({ hue: 240, coat: [85, 0.62], skin: 0.8, hair: [30, 0.22], hairstyle: "bun" })],
  },
  olya: {
    name: "Оля (demo)",
    latin: "Olya (demo)",
    role: "member",
    profile: { handle: "olya-demo", headline: "Хор и гитара", bio: DEMO_BIO, visibility: "private" },
    pictures: [() => renderLandscape(60)],
  },
  layla: {
    name: "ليلى (demo)",
    latin: "Layla (demo)",
    role: "member",
    profile: {
      handle: "layla-demo",
      headline: "Teaches drawing · أُعلّم الرسم",
      bio: DEMO_BIO,
      visibility: "public",
    },
    pictures: [portraitRenderer({ hue: 300, coat: [330, 0.42], skin: 0.78, hair: [205, 0.5], hairstyle: "scarf" })],
  },
  nguyet: {
    name: "Nguyệt (demo)",
    latin: "Nguyet (demo)",
    role: "member",
    profile: { handle: "nguyet-demo", headline: "Runs the repair café", bio: DEMO_BIO, visibility: "public" },
    pictures: [portraitRenderer({ hue: 110, coat: [240, 0.4], skin: 0.82, hair: [30, 0.2], hairstyle: "long" })],
  },
  kofi: {
    name: "Kofi (demo)",
    latin: "Kofi (demo)",
    role: "member",
    profile: { handle: "kofi-demo", headline: "Football on Thursdays", bio: DEMO_BIO, visibility: "public" },
    pictures: [portraitRenderer({ hue: 150, coat: [30, 0.5], skin: 0.5, hair: [40, 0.2], hairstyle: "curls" })],
  },
  zoe: { name: "Zoë (demo)", latin: "Zoë (demo)", role: "member" },
} satisfies Record<string, DemoPerson>;

export type PersonKey = keyof typeof DEMO_PEOPLE;
