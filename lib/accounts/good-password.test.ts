import { expect, test } from "vitest";
import { requireGoodPassword } from "./good-password";

const ADA = { name: "Zoë Ada Lovelace", email: "zoe.countess@analytical.example" };

test.each([
  ["a short one", "nine char", "needs at least 10 characters"],
  ["a very long one", "long words ".repeat(24), "can have at most 256 characters"],
  ["one letter again and again", "aaaaaaaaaaaaaaa", "repeats the same characters"],
  ["a common one", "qwertyuiop", "is one of the most common passwords"],
  ["a common one in capitals", "QwertyUIOP", "is one of the most common passwords"],
  ["a common one with a year", "butterfly2026!", "is a common password with a few signs added"],
  ["the own name", "Ada Lovelace", "is too close to your name or e-mail address"],
  ["the own name without accents and spaces", "zoelovelace1815", "is too close to your name"],
  ["the own address", "zoe.countess@analytical.example", "is too close to your name"],
  ["the part before the @", "Countess-1815", "is too close to your name"],
])("a password is refused: %s", async (_, password, message) => {
  const refusal = requireGoodPassword(password, ADA);
  await expect(refusal).rejects.toMatchObject({
    code: "invalid",
    detail: expect.stringContaining(message),
    errors: [{ path: "password", message: expect.stringContaining(message) }],
  });
});

test.each([
  "three quiet words",
  "Ada climbs hills at noon",
  "correct horse battery",
  "zwölf Boxkämpfer",
  "パスワードは長いほうがいい",
  "x7!kQ2#vR9$m",
])("a password is accepted: %s", async (password) => {
  await expect(requireGoodPassword(password, ADA)).resolves.toBeUndefined();
});

test("the error names the entry of the form", async () => {
  await expect(requireGoodPassword("short", ADA, "newPassword")).rejects.toMatchObject({
    errors: [{ path: "newPassword" }],
  });
});
