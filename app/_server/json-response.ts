/** A JSON answer that no cache keeps: nearly all that the API says depends on who asks. */
export function jsonResponse(
  body: unknown,
  { status = 200, headers = {} }: { status?: number; headers?: Record<string, string> } = {},
): Response {
  return new Response(JSON.stringify(body), {
    status,
    headers: {
      "content-type": "application/json",
      "cache-control": "private, no-store",
      ...headers,
    },
  });
}

export function noContentResponse(): Response {
  return new Response(null, { status: 204, headers: { "cache-control": "private, no-store" } });
}
