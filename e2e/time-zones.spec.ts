import { addDuration, dayOf } from "../lib/fields/calendar";
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
  const lastDay = new Date(addDuration(dayOf(new Date(), "UTC"), "P3Y"));
  const month = lastDay.toLocaleDateString("en-US", { month: "short", timeZone: "UTC" });
  const date = `${lastDay.getUTCDate()} ${month} ${lastDay.getUTCFullYear()}`;
  await expect(page.getByText(`Leave this empty for the default: ${date}.`)).toBeVisible();
});
