import { parentPort } from "node:worker_threads";
import { PDFiumLibrary } from "@hyzyla/pdfium";

// PDFium runs in this thread, because it blocks: a hostile file may keep it busy for ever or fill
// its memory. `pdf.ts` declares the messages, and ends this thread after a timeout.

/** A page of 14,400 points, the largest in PDF, would be 600 million pixels. */
const MAX_PIXELS = 12_000_000;
const MAX_SIDE = 12_000;

const libraryPromise = PDFiumLibrary.init();

parentPort?.on("message", async ({ bytes, render }) => {
  try {
    const answer = await handleRequest(await libraryPromise, bytes, render);
    parentPort.postMessage(answer, answer.data ? [answer.data.buffer] : []);
  } catch (error) {
    // PDFium is out of memory or in an unknown state, so this thread ends and a new one starts.
    if (error instanceof WebAssembly.RuntimeError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    parentPort.postMessage({ failure: /password|security/i.test(message) ? "locked" : "broken", message });
  }
});

async function handleRequest(library, bytes, render) {
  const document = await library.loadDocument(bytes);
  try {
    const pages = document.getPageCount();
    if (!render) return { pages };
    if (render.page > pages) return { pages, failure: "no_page" };
    const page = document.getPage(render.page - 1);
    const { originalWidth, originalHeight } = page.getOriginalSize();
    if (!(originalWidth > 0 && originalHeight > 0)) throw new Error("The page cannot be loaded");
    const scale = Math.min(
      render.width / originalWidth,
      MAX_SIDE / Math.max(originalWidth, originalHeight),
      Math.sqrt(MAX_PIXELS / (originalWidth * originalHeight)),
    );
    const { data, width, height } = await page.render({
      render: "bitmap",
      // The reviewer must see the values of a form.
      renderFormFields: true,
      width: Math.max(1, Math.round(originalWidth * scale)),
      height: Math.max(1, Math.round(originalHeight * scale)),
    });
    return { pages, data, width, height };
  } finally {
    document.destroy();
  }
}
