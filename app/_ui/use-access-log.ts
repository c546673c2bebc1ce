"use client";

import { useCallback, useState } from "react";
import type { AccessView } from "@/lib/audit/access-log";
import { callApi, isJsonObject, problemOf } from "./call-api";

export type AccessLogPage = { items: AccessView[]; next: string | null };

/** What a person did with the document, as the end of a sentence. */
export const ACCESS_LABELS: Record<AccessView["intent"], string> = {
  view: "viewed it",
  download: "downloaded it",
};

/**
 * Holds the access log of one document, latest entry first, and loads it page by page.
 * `firstPage` is a page that the server has rendered. Without it, `load` fetches the first page.
 * `items` is undefined until then.
 */
export function useAccessLog(fileId: string, firstPage?: AccessLogPage) {
  const [pages, setPages] = useState<readonly AccessLogPage[]>(firstPage ? [firstPage] : []);
  const [pending, setPending] = useState(false);
  const [errorMessage, setErrorMessage] = useState<string | null>(null);
  if (firstPage && pages[0] !== firstPage) setPages([firstPage]);

  const loadPage = useCallback(
    async (cursor: string | null) => {
      setPending(true);
      setErrorMessage(null);
      const query = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
      const response = await callApi("GET", `/api/files/${fileId}/accesses${query}`);
      setPending(false);
      const { body } = response;
      if (isAccessLogPage(body)) setPages((before) => (cursor === null ? [body] : [...before, body]));
      else setErrorMessage(problemOf(response).detail);
    },
    [fileId],
  );
  const load = useCallback(() => loadPage(null), [loadPage]);
  const next = pages.at(-1)?.next ?? null;
  return {
    items: pages.length > 0 ? pages.flatMap(({ items }) => items) : undefined,
    hasMore: next !== null,
    pending,
    errorMessage,
    load,
    loadMore: () => loadPage(next),
  };
}

function isAccessLogPage(body: unknown): body is AccessLogPage {
  return isJsonObject(body) && Array.isArray(body.items);
}
