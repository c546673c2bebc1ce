import type { Metadata } from "next";
import { headers } from "next/headers";
import { requireAdmin } from "@/app/_server/current-viewer";
import { runStorageCheck } from "@/app/_server/storage-check";
import { Button } from "@/app/_ui/button";
import { EmptyState } from "@/app/_ui/empty-state";
import { PageBody, PageHeader } from "@/app/_ui/page-header";
import { StorageReport } from "./storage-report";

export const metadata: Metadata = { title: "Storage" };

export default async function StoragePage({
  searchParams,
}: {
  searchParams: Promise<Record<string, string | string[] | undefined>>;
}) {
  await requireAdmin("/admin/storage");
  // Looking writes and removes, so no link on another site has an admin's browser do it.
  const from = (await headers()).get("sec-fetch-site");
  const asked = (await searchParams).look === "now" && from !== "cross-site" && from !== "same-site";
  const report = asked ? await runStorageCheck() : null;
  return (
    <PageBody>
      <PageHeader
        title="Storage"
        lead="Where members' files are kept, and whether it keeps what we promise. A look tries everything for real with files of its own, removes them, and takes a few seconds."
        actions={
          <form action="/admin/storage">
            <input type="hidden" name="look" value="now" />
            <Button type="submit" variant={report ? "quiet" : "primary"}>
              {report ? "Look again" : "Look now"}
            </Button>
          </form>
        }
      />
      {report ? (
        <StorageReport report={report} />
      ) : (
        <EmptyState title="Nobody has looked yet">
          <p>
            Nothing is tried by opening this page. The same look is to be had at the command line:{" "}
            <code className="font-mono text-sm">npm run storage -- doctor</code>
          </p>
        </EmptyState>
      )}
    </PageBody>
  );
}
