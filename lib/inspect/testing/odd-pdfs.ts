import { PDFDict, PDFDocument, PDFName, PDFString } from "pdf-lib";
import { assemblePdf } from "./documents";

// PDFs that open, but whose pages do not show their content, or not with any program.

/** A stream of content in the syntax of a PDF. */
function stream(content: string, entries = ""): string {
  return `<< /Length ${content.length} ${entries} >>\nstream\n${content}\nendstream`;
}

const PLEASE_WAIT =
  "BT /F1 14 Tf 60 700 Td (Please wait... Your PDF viewer cannot show this document.) Tj ET";

/** A form of Adobe LiveCycle: the page is a placeholder. Newer ones say that it needs rendering. */
export function dynamicXfaPdf({ needsRendering }: { needsRendering: boolean }): Buffer {
  return assemblePdf(
    [
      `<< /Type /Catalog /Pages 2 0 R ${needsRendering ? "/NeedsRendering true" : ""} /AcroForm << /Fields [] /XFA 6 0 R >> >>`,
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
      stream(PLEASE_WAIT),
      "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
      stream(
        '<xdp:xdp xmlns:xdp="http://ns.adobe.com/xdp/"><template><subform name="f"/></template></xdp:xdp>',
      ),
    ],
    "/Root 1 0 R",
  );
}

/** A form whose fields every program shows, with an XFA description of the same fields. */
export async function staticXfaPdf(): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  const page = pdf.addPage([595, 842]);
  const form = pdf.getForm();
  form.createTextField("name").addToPage(page, { x: 60, y: 660, width: 320, height: 30 });
  form.acroForm.dict.set(PDFName.of("XFA"), pdf.context.register(pdf.context.stream("<xdp/>")));
  // pdf-lib removes the XFA description when it draws the fields again.
  return Buffer.from(await pdf.save({ updateFieldAppearances: false, useObjectStreams: false }));
}

/** A cover with other files inside. With `compressed`, the catalog is in an object stream. */
export async function portfolioPdf({ compressed }: { compressed: boolean }): Promise<Buffer> {
  return pdfWithAttachment(compressed, (pdf) => {
    const collection = PDFDict.withContext(pdf.context);
    collection.set(PDFName.of("Type"), PDFName.of("Collection"));
    pdf.catalog.set(PDFName.of("Collection"), compressed ? pdf.context.register(collection) : collection);
  });
}

/** A document with an attachment, such as the data of an invoice. */
export async function pdfWithAttachedFile(): Promise<Buffer> {
  return pdfWithAttachment(true, (pdf) => {
    // The words of a portfolio as text, and as a type.
    pdf.setSubject("/Collection of papers");
    pdf.catalog.set(PDFName.of("Note"), PDFString.of("/Type /Collection"));
  });
}

async function pdfWithAttachment(compressed: boolean, change: (pdf: PDFDocument) => void): Promise<Buffer> {
  const pdf = await PDFDocument.create();
  pdf.addPage([595, 842]).drawRectangle({ x: 60, y: 600, width: 200, height: 50 });
  await pdf.attach(Buffer.from("<Invoice/>"), "invoice.xml", { mimeType: "application/xml" });
  change(pdf);
  return Buffer.from(await pdf.save({ useObjectStreams: compressed }));
}

/** Scripts whose letters PDFium has no font for. */
export const UNEMBEDDED_SCRIPTS = {
  japanese: {
    font: "HeiseiMin-W3",
    ordering: "Japan1",
    encoding: "UniJIS-UCS2-H",
    text: "日本語申請書カタひら",
  },
  korean: {
    font: "HYSMyeongJo-Medium",
    ordering: "Korea1",
    encoding: "UniKS-UCS2-H",
    text: "진단서확인대한민국",
  },
  simplified: { font: "STSong-Light", ordering: "GB1", encoding: "UniGB-UCS2-H", text: "体格检查报告证明书" },
  traditional: {
    font: "MSung-Light",
    ordering: "CNS1",
    encoding: "UniCNS-UCS2-H",
    text: "體格檢查報告證明書",
  },
} as const;

/** Arabic and Thai words in a font that the file names but does not contain. */
export const UNDRAWN_SCRIPTS = { arabic: "شهادة طبية", thai: "ใบรับรองแพทย์" } as const;

/** A line of letters that no font of ours has. The PDF contains `fontFile`, a TrueType font. */
export function undrawnLettersPdf(script: keyof typeof UNDRAWN_SCRIPTS, fontFile?: Buffer): Buffer {
  const codes = Buffer.from(UNDRAWN_SCRIPTS[script], "utf16le").swap16().toString("hex");
  const file = fontFile ? "/FontFile2 7 0 R" : "";
  const descriptor = `<< /Type /FontDescriptor /FontName /Tahoma /Flags 4 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 ${file} >>`;
  const descendant = `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Tahoma /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor ${descriptor} >>`;
  const toUnicode =
    "/CIDInit /ProcSet findresource begin begincmap /CMapName /X def 1 begincodespacerange <0000> <ffff> endcodespacerange 1 beginbfrange <0000> <ffff> <0000> endbfrange endcmap end";
  return assemblePdf(
    [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
      stream(`BT /F1 48 Tf 60 700 Td <${codes}> Tj ET`),
      `<< /Type /Font /Subtype /Type0 /BaseFont /Tahoma /Encoding /Identity-H /ToUnicode 6 0 R /DescendantFonts [${descendant}] >>`,
      stream(toUnicode),
      ...(fontFile ? [stream(fontFile.toString("hex"), "/Filter /ASCIIHexDecode")] : []),
    ],
    "/Root 1 0 R",
  );
}

/**
 * One line of text in 48 points at (60, 700), in a font that the file names but does not contain.
 */
export function unembeddedFontPdf(script: keyof typeof UNEMBEDDED_SCRIPTS): Buffer {
  const { font, ordering, encoding, text } = UNEMBEDDED_SCRIPTS[script];
  const codes = Buffer.from(text, "utf16le").swap16().toString("hex");
  const descriptor = `<< /Type /FontDescriptor /FontName /${font} /Flags 6 /FontBBox [0 -200 1000 900] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>`;
  const descendant = `<< /Type /Font /Subtype /CIDFontType0 /BaseFont /${font} /DW 1000 /CIDSystemInfo << /Registry (Adobe) /Ordering (${ordering}) /Supplement 2 >> /FontDescriptor ${descriptor} >>`;
  return assemblePdf(
    [
      "<< /Type /Catalog /Pages 2 0 R >>",
      "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
      "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
      stream(`BT /F1 48 Tf 60 700 Td <${codes}> Tj ET`),
      `<< /Type /Font /Subtype /Type0 /BaseFont /${font} /Encoding /${encoding} /DescendantFonts [${descendant}] >>`,
    ],
    "/Root 1 0 R",
  );
}
