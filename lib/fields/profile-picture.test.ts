import { expect, test } from "vitest";
import { profilePicture } from "./profile-picture";

test("a profile picture is public if its owner wants it", () => {
  expect(profilePicture).toMatchObject({ storage: "public", visibility: "owner", many: false });
});
