import type { Metadata } from "next";
import { requireViewer } from "@/app/_server/current-viewer";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { AccountEndSections } from "./account-end-sections";

export const metadata: Metadata = { title: "Your data" };

export default async function DataPage() {
  const viewer = await requireViewer("/data");
  return (
    <PageBody>
      <PageHeader title="Your data" lead="You decide how long you stay." />
      <AccountEndSections viewer={viewer} />
    </PageBody>
  );
}
