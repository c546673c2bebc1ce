/**
 * Creates a response from chunks, and reads the next one only when the browser has taken the one
 * before. Waits for the first, so that a failure before it becomes an error response.
 */
export async function streamedResponse(
  chunks: AsyncGenerator<Uint8Array>,
  headers: Record<string, string>,
): Promise<Response> {
  let next: Promise<IteratorResult<Uint8Array>> | undefined = chunks.next();
  await next;
  const stream = new ReadableStream<Uint8Array>({
    async pull(controller) {
      const { done, value } = await (next ?? chunks.next());
      next = undefined;
      if (done) controller.close();
      else controller.enqueue(value);
    },
    async cancel() {
      await chunks.return(undefined);
    },
  });
  return new Response(stream, { headers: { "cache-control": "private, no-store", ...headers } });
}
