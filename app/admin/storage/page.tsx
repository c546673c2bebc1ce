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
  // A check writes and deletes files, so a link on another site must not start one.
  const fetchSite = (await headers()).get("sec-fetch-site");
  const isFromOtherSite = fetchSite === "cross-site" || fetchSite === "same-site";
  const isRequested = (await searchParams).look === "now" && !isFromOtherSite;
  const report = isRequested ? await runStorageCheck() : null;
  return (
    <PageBody>
      <PageHeader
        title="Storage"
        lead="Where members' files are stored, and whether the storage works as required. A check writes test files, removes them, and takes a few seconds."
        actions={
          <form action="/admin/storage">
            <input type="hidden" name="look" value="now" />
            <Button type="submit" variant={report ? "quiet" : "primary"}>
              {report ? "Run check again" : "Run check"}
            </Button>
          </form>
        }
      />
      {report ? (
        <StorageReport report={report} />
      ) : (
        <EmptyState title="No check has run yet">
          <p>
            Opening this page does not start a check. You can also run it on the command line:{" "}
            <code className="font-mono text-sm">npm run storage -- doctor</code>
          </p>
        </EmptyState>
      )}
    </PageBody>
  );
}
