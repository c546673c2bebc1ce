import type { Metadata } from "next";
import { appContext, clock } from "@/app/_server/app-context";
import { requireAdmin } from "@/app/_server/current-viewer";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { dayOf } from "@/lib/fields/calendar";
import { fields } from "@/lib/fields/fields";
import { findAddressOf, isAskable } from "@/lib/requests/ask-members";
import { AskForm } from "./ask-form";

export const metadata: Metadata = { title: "Ask for a document" };

export default async function AskPage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  await requireAdmin("/admin/requests/ask");
  const { member } = await searchParams;
  const context = appContext();
  const address = typeof member === "string" ? await findAddressOf(context, member) : null;
  const choices = [...fields.values()].flatMap(({ name, label }) =>
    isAskable(name) ? [{ name, label }] : [],
  );
  return (
    <PageBody>
      <PageHeader
        title="Ask for a document"
        lead="Each member gets a mail that names no document, and sees the request on the page “Documents”."
      />
      <AskForm fields={choices} today={dayOf(clock.now(), context.timeZone)} addresses={address ?? ""} />
    </PageBody>
  );
}
