import { expect, test } from "./people";

/** The day begins here first: UTC+14, without daylight saving time. */
const timezoneId = "Pacific/Kiritimati";

test("dates and date pickers follow the zone of the reader", async ({ people }) => {
  const ada = await people.member("Ada Lovelace", { timezoneId });
  const file = await ada.uploadFile("dbsCertificate", "phone-landscape.jpg");
  await ada.page.goto("/documents");
  const uploaded = ada.page.getByRole("listitem").locator("time").first();
  await expect(uploaded).toHaveAttribute("title", new RegExp(`\\d\\d:\\d\\d ${timezoneId}$`));

  const { page } = await people.reviewer("Grace Hopper", ["dbsCertificate"], { timezoneId });
  await page.goto(`/review/${file.id}`);
  await page.getByRole("button", { name: "Claim this document" }).click();
  const today = await page.evaluate(() => new Intl.DateTimeFormat("sv-SE").format(new Date()));
  const issued = page.getByLabel("Date of issue");
  await expect(issued).toHaveAttribute("max", today);
  await page.getByRole("button", { name: "Approve" }).click();
  // An approval runs out by the zone of the organisation, here UTC.
  const now = new Date();
  const isLeapDay = now.getUTCMonth() === 1 && now.getUTCDate() === 29;
  const month = now.toLocaleDateString("en-US", { month: "short", timeZone: "UTC" });
  const lastDay = `${isLeapDay ? 28 : now.getUTCDate()} ${month} ${now.getUTCFullYear() + 3}`;
  await expect(page.getByText(`Leave this empty for the default: ${lastDay}.`)).toBeVisible();
});
