/** Creates a JSON response that no cache stores, because most responses depend on the viewer. */
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
