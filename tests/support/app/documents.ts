import { randomBytes } from "node:crypto";
import { PDFDocument } from "pdf-lib";
import sharp from "sharp";

/** Creates a PDF. No two have the same bytes. */
export async function samplePdf({
  pages = 1,
  text = "Certificate",
  attachedBytes = 0,
}: {
  pages?: number;
  text?: string;
  /** Size of an attachment, for a large document. */
  attachedBytes?: number;
} = {}): Promise<Buffer> {
  const document = await PDFDocument.create();
  if (attachedBytes > 0) await document.attach(randomBytes(attachedBytes), "scan.bin");
  document.setSubject(crypto.randomUUID());
  for (let page = 1; page <= pages; page += 1)
    document.addPage([595, 842]).drawText(`${text}, page ${page}`, { x: 60, y: 760 });
  return Buffer.from(await document.save());
}

/**
 * Creates a JPEG of soft random colours. It encodes faster than noise. No two have the same bytes.
 */
export async function samplePhoto({
  width = 800,
  height = 600,
}: {
  width?: number;
  height?: number;
} = {}): Promise<Buffer> {
  const spots = { width: 4, height: 3, channels: 3 } as const;
  return sharp(randomBytes(spots.width * spots.height * spots.channels), { raw: spots })
    .resize(width, height, { fit: "fill", kernel: "cubic" })
    .jpeg({ quality: 85 })
    .toBuffer();
}
