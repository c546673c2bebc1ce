import type { ProfileChange } from "../../lib/accounts/profile";
import type { Role } from "../../lib/db/generated/enums";

export type DemoPerson = {
  name: string;
  /** The name in Latin letters, as on the documents. */
  latin: string;
  role: Role;
  /** Granted fields. Default: those of the role. */
  fields?: string[];
  profile?: ProfileChange & { handle: string };
  /** Profile pictures in `pictures/`, in the order of upload. The last one is current. */
  pictures?: string[];
};

const DEMO_BIO = "This person does not exist. A program wrote this page for the demo.";

/** People by the first part of their e-mail address. Each name says that it belongs to the demo. */
export const DEMO_PEOPLE = {
  admin: { name: "Ines (demo)", latin: "Ines (demo)", role: "admin" },
  mira: {
    name: "Mira (demo)",
    latin: "Mira (demo)",
    role: "reviewer",
    profile: {
      handle: "mira-demo",
      headline: "Reviews every document type",
      bio: DEMO_BIO,
      visibility: "private",
    },
    pictures: ["mira.jpg"],
  },
  jonas: {
    name: "Jonas (demo)",
    latin: "Jonas (demo)",
    role: "reviewer",
    fields: ["dbsCertificate"],
    profile: {
      handle: "jonas-demo",
      headline: "Reviews certificates only",
      bio: DEMO_BIO,
      visibility: "private",
    },
    pictures: ["jonas.jpg"],
  },
  ada: {
    name: "Ada (demo)",
    latin: "Ada (demo)",
    role: "member",
    profile: {
      handle: "ada-demo",
      headline: "Volunteer tutor for mathematics",
      bio: `Saturday mornings at the library: fractions first, then whatever is on your mind.\n\n${DEMO_BIO}`,
      pronouns: "she/her",
      location: "Near the library",
      languages: "English, polski",
      links: [{ url: "https://example.org/", label: "Exercises to print" }],
      badges: ["dbsCertificate"],
      visibility: "public",
    },
    pictures: ["ada-before.jpg", "ada.jpg"],
  },
  soren: {
    name: "Søren (demo)",
    latin: "Søren (demo)",
    role: "member",
    profile: { handle: "soren-demo", headline: "Drives the minibus", bio: DEMO_BIO, visibility: "public" },
    pictures: ["soren.jpg"],
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
    pictures: ["eirini.jpg"],
  },
  olya: {
    name: "Оля (demo)",
    latin: "Olya (demo)",
    role: "member",
    profile: { handle: "olya-demo", headline: "Хор и гитара", bio: DEMO_BIO, visibility: "private" },
    pictures: ["olya.jpg"],
  },
  layla: {
    name: "ليلى (demo)",
    latin: "Layla (demo)",
    role: "member",
    profile: {
      handle: "layla-demo",
      headline: "Teaches drawing · أُعلّم الرسم",
      bio: DEMO_BIO,
      languages: "العربية, English",
      visibility: "public",
    },
    pictures: ["layla.jpg"],
  },
  nguyet: {
    name: "Nguyệt (demo)",
    latin: "Nguyet (demo)",
    role: "member",
    profile: { handle: "nguyet-demo", headline: "Runs the repair café", bio: DEMO_BIO, visibility: "public" },
    pictures: ["nguyet.jpg"],
  },
  kofi: {
    name: "Kofi (demo)",
    latin: "Kofi (demo)",
    role: "member",
    profile: { handle: "kofi-demo", headline: "Football on Thursdays", bio: DEMO_BIO, visibility: "public" },
    pictures: ["kofi.jpg"],
  },
  zoe: { name: "Zoë (demo)", latin: "Zoë (demo)", role: "member" },
} satisfies Record<string, DemoPerson>;

export type PersonKey = keyof typeof DEMO_PEOPLE;
