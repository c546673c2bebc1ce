import { type Field, IMAGES, MiB } from "./field";

export const profilePicture: Field = {
  name: "profilePicture",
  label: "Profile picture",
  help: "A picture of you, for the top of your page. You choose the visible part.",
  purpose: "To show a person on their own page, if they want to.",
  storage: "public",
  visibility: "owner",
  many: false,
  accept: IMAGES,
  maxSize: 25 * MiB,
  partSize: 32 * MiB,
  reviewed: false,
  reasons: [],
  facts: [],
  download: true,
  watermark: false,
  reviewers: 1,
};
