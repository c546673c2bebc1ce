import { createHash } from "node:crypto";
import { PDFDocument, StandardFonts } from "pdf-lib";
import { solidColour, toOverlay } from "../decoder";
import { renderText } from "../render-text";

const A4 = { width: 595.28, height: 841.89 };
/** Pixels of an A4 page at 150 dpi. */
const SCAN_SIZE = { width: 1240, height: 1754 };
const CREATED_AT = new Date("2026-05-14T10:00:00Z");

/** A scan of four pages: each is one JPEG, a little grey and askew. */
export async function scannedPdf(): Promise<Buffer> {
  const pdf = await createPdf();
  for (const number of [1, 2, 3, 4]) {
    const image = await pdf.embedJpg(await renderScan(number));
    pdf.addPage([A4.width, A4.height]).drawImage(image, { x: 0, y: 0, ...A4 });
  }
  return savePdf(pdf);
}

async function renderScan(number: number): Promise<Buffer> {
  const title = {
    text: `Specimen certificate, page ${number} of 4`,
    font: "serif",
    size: 44,
    colour: "#20242c",
  } as const;
  const body = {
    text: "This sheet was printed to be scanned. It certifies nothing about anybody. ".repeat(14),
    font: "sans",
    size: 24,
    colour: "#2c3038",
    width: 960,
  } as const;
  const sheet = solidColour({ ...SCAN_SIZE, colour: "#f1efe9" }).composite([
    { ...toOverlay(await renderText(title)), left: 140, top: 170 },
    { ...toOverlay(await renderText(body)), left: 140, top: 300 + number * 20 },
  ]);
  const { data, info } = await sheet.raw().toBuffer({ resolveWithObject: true });
  const { default: sharp } = await import("sharp");
  return sharp(data, { raw: { width: info.width, height: info.height, channels: info.channels } })
    .rotate(0.6, { background: "#d8d6d0" })
    .resize(SCAN_SIZE.width, SCAN_SIZE.height)
    .jpeg({ quality: 70 })
    .toBuffer();
}

/** A form with a value, and a script that runs on opening in some readers. */
export async function scriptedPdf(): Promise<Buffer> {
  const pdf = await createPdf();
  const page = pdf.addPage([A4.width, A4.height]);
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  page.drawText("A form with a script", { x: 60, y: 740, size: 24, font });
  const name = pdf.getForm().createTextField("name");
  name.setText("Typed by hand");
  name.addToPage(page, { x: 60, y: 660, width: 320, height: 30 });
  pdf.addJavaScript("open", 'app.alert("opened"); this.submitForm("http://127.0.0.1:9/taken");');
  return savePdf(pdf);
}

/** A square page that shows one JPEG. */
export async function pdfOfPhoto(jpeg: Buffer): Promise<Buffer> {
  const pdf = await createPdf();
  const image = await pdf.embedJpg(jpeg);
  pdf.addPage([600, 600]).drawImage(image, { x: 0, y: 0, width: 600, height: 600 });
  return savePdf(pdf);
}

/** Blank pages of `width` x `height` points. */
export async function blankPdf(width: number, height: number, pages = 1): Promise<Buffer> {
  const pdf = await createPdf();
  for (let page = 0; page < pages; page += 1) pdf.addPage([width, height]);
  return savePdf(pdf);
}

async function createPdf(): Promise<PDFDocument> {
  const pdf = await PDFDocument.create();
  pdf.setCreationDate(CREATED_AT);
  pdf.setModificationDate(CREATED_AT);
  return pdf;
}

async function savePdf(pdf: PDFDocument): Promise<Buffer> {
  return Buffer.from(await pdf.save({ useObjectStreams: false }));
}

/** The password of `passwordProtectedPdf`. */
export const PASSWORD = "open sesame";

/**
 * A page that opens only with `PASSWORD`: the standard security handler, revision 1 (ISO 32000-1,
 * 7.6.3), RC4 with 40 bits. It is weak, but short to write, and pdf-lib has no encryption.
 */
export function passwordProtectedPdf(): Buffer {
  const id = createHash("md5").update("specimen").digest();
  const permissions = -4;
  const owner = rc4(
    createHash("md5").update(padPassword(PASSWORD)).digest().subarray(0, 5),
    padPassword(PASSWORD),
  );
  const rights = Buffer.alloc(4);
  rights.writeInt32LE(permissions);
  const key = createHash("md5")
    .update(Buffer.concat([padPassword(PASSWORD), owner, rights, id]))
    .digest()
    .subarray(0, 5);
  const content = rc4(objectKey(key, 4), Buffer.from("1 0 0 rg 100 100 300 300 re f"));
  return assemblePdf(
    [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R >>",
      Buffer.concat([
        Buffer.from(`<< /Length ${content.length} >>\nstream\n`),
        content,
        Buffer.from("\nendstream"),
      ]),
      `<< /Filter /Standard /V 1 /R 2 /O <${owner.toString("hex")}> /U <${rc4(key, padPassword("")).toString("hex")}> /P ${permissions} >>`,
    ],
    `/Root 1 0 R /Encrypt 5 0 R /ID [<${id.toString("hex")}> <${id.toString("hex")}>]`,
  );
}

/** A PDF whose list of pages claims another number than it has. */
export function countLiePdf({ pages, claimed }: { pages: number; claimed: number }): Buffer {
  const kids = Array.from({ length: pages }, (_, index) => `${index + 3} 0 R`).join(" ");
  return assemblePdf(
    [
      "<< /Type /Catalog /Pages 2 0 R >>",
      `<< /Type /Pages /Kids [${kids}] /Count ${claimed} >>`,
      ...Array.from({ length: pages }, () => "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 300 400] >>"),
    ],
    "/Root 1 0 R",
  );
}

/**
 * A page of 2 kB that takes gigabytes to draw: each of its forms draws the next one ten times, each
 * in a transparency group of its own.
 */
export function memoryHungryPdf(): Buffer {
  const depth = 9;
  const forms = Array.from({ length: depth }, (_, index) => {
    const isLast = index === depth - 1;
    const content = isLast ? "0 0 10 10 re f" : "/X Do ".repeat(10);
    const inner = isLast ? "" : `/Resources << /XObject << /X ${6 + index} 0 R >> >>`;
    return `<< /Type /XObject /Subtype /Form /BBox [0 0 595 842] ${inner} /Length ${content.length} >>\nstream\n${content}\nendstream`;
  });
  return assemblePdf(
    [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /X 5 0 R >> >> >>",
      `<< /Length 60 >>\nstream\n${"/X Do ".repeat(10)}\nendstream`,
      ...forms,
    ],
    "/Root 1 0 R",
  );
}

/** One page with forms nested ten times ten and so on: 10 to the power of 13 squares in 3 kB. */
export function deeplyNestedPdf(): Buffer {
  const deepest = 13;
  const forms = Array.from({ length: deepest + 1 }, (_, depth) => {
    const content = depth < deepest ? "/F Do ".repeat(10) : "0 0 100 100 re f";
    const inner = depth < deepest ? `/Resources << /XObject << /F ${6 + depth} 0 R >> >>` : "";
    return `<< /Type /XObject /Subtype /Form /BBox [0 0 600 900] ${inner} /Length ${content.length} >>\nstream\n${content}\nendstream`;
  });
  return assemblePdf(
    [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /XObject << /F 5 0 R >> >> >>",
      "<< /Length 5 >>\nstream\n/F Do\nendstream",
      ...forms,
    ],
    "/Root 1 0 R",
  );
}

/**
 * A page whose colours are computed at each pixel: it takes much processor time and little memory.
 */
export function slowShadingPdf(): Buffer {
  const content = "q 595 0 0 842 0 0 cm /S sh Q";
  const program = `{ pop ${"1 mul ".repeat(20_000)} dup dup }`;
  const range = "/Domain [0 1 0 1] /Range [0 1 0 1 0 1]";
  return assemblePdf(
    [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Shading << /S 5 0 R >> >> >>",
      `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
      "<< /ShadingType 1 /ColorSpace /DeviceRGB /Domain [0 1 0 1] /Function 6 0 R >>",
      `<< /FunctionType 4 ${range} /Length ${program.length} >>\nstream\n${program}\nendstream`,
    ],
    "/Root 1 0 R",
  );
}

/** Builds a PDF of these objects, numbered from 1, with its cross-reference table. */
export function assemblePdf(objects: (string | Buffer)[], trailer: string): Buffer {
  const parts = [Buffer.from("%PDF-1.4\n")];
  let at = 9;
  const places = objects.map((object, index) => {
    const place = at;
    const part = Buffer.concat([
      Buffer.from(`${index + 1} 0 obj\n`),
      Buffer.from(object),
      Buffer.from("\nendobj\n"),
    ]);
    parts.push(part);
    at += part.length;
    return `${String(place).padStart(10, "0")} 00000 n \n`;
  });
  const size = objects.length + 1;
  const table = `xref\n0 ${size}\n0000000000 65535 f \n${places.join("")}`;
  return Buffer.concat([
    ...parts,
    Buffer.from(`${table}trailer\n<< /Size ${size} ${trailer} >>\nstartxref\n${at}\n%%EOF\n`),
  ]);
}

const PADDING = Buffer.from("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a", "hex");

function padPassword(password: string): Buffer {
  return Buffer.concat([Buffer.from(password, "latin1"), PADDING]).subarray(0, 32);
}

function objectKey(key: Buffer, number: number): Buffer {
  return createHash("md5")
    .update(Buffer.concat([key, Buffer.from([number & 0xff, (number >> 8) & 0xff, 0, 0, 0])]))
    .digest()
    .subarray(0, key.length + 5);
}

/** RC4, which Node's OpenSSL no longer has. */
function rc4(key: Buffer, data: Buffer): Buffer {
  const state = Uint8Array.from({ length: 256 }, (_, index) => index);
  const of = (index: number) => state[index & 255] ?? 0;
  const swap = (a: number, b: number) => {
    [state[a & 255], state[b & 255]] = [of(b), of(a)];
  };
  for (let i = 0, j = 0; i < 256; i += 1) {
    j = (j + of(i) + (key[i % key.length] ?? 0)) & 255;
    swap(i, j);
  }
  let j = 0;
  return data.map((byte, index) => {
    const i = (index + 1) & 255;
    j = (j + of(i)) & 255;
    swap(i, j);
    return byte ^ of(of(i) + of(j));
  }) as Buffer;
}
