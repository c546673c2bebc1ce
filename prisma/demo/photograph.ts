import { solidColour, openPixels, toOverlay, toPixels } from "../../lib/inspect/decoder";
import { renderText } from "../../lib/inspect/render-text";

const SHEET_SIZE = { width: 900, height: 1270 };
const DESK_COLOUR = "#6f6354";

/** A certificate as a phone takes it: lying on a desk, a little askew, in the light of an evening. JPEG. */
export async function renderPhotograph(name: string, number: string, issuedOn: string): Promise<Buffer> {
  const lines = [
    { text: "Specimen Disclosure Office", font: "sans", size: 20, colour: "#6b6f78", top: 90 },
    { text: "Enhanced certificate", font: "serif", size: 52, colour: "#20242c", top: 130 },
    { text: name, font: "serif", size: 38, colour: "#20242c", top: 320 },
    { text: `Certificate number ${number}`, font: "sans", size: 26, colour: "#20242c", top: 420 },
    { text: `Issued ${issuedOn}`, font: "sans", size: 26, colour: "#20242c", top: 480 },
    {
      text: "This sheet belongs to the demo of Dossier and certifies nothing about anybody.",
      font: "sans",
      size: 20,
      colour: "#6b6f78",
      top: 1120,
    },
    { text: "SPECIMEN", font: "serif", size: 128, colour: "#e3c9c2", top: 720 },
  ] as const;
  const drawn = await Promise.all(
    lines.map(async ({ top, ...line }) => ({
      ...toOverlay(await renderText({ ...line, width: SHEET_SIZE.width - 160 })),
      left: 80,
      top,
    })),
  );
  const sheet = await toPixels(solidColour({ ...SHEET_SIZE, colour: "#efe9dc" }).composite(drawn));
  const askew = await toPixels(openPixels(sheet).rotate(2.4, { background: DESK_COLOUR }));
  return openPixels(askew)
    .extend({ top: 60, bottom: 80, left: 70, right: 90, background: DESK_COLOUR })
    .modulate({ brightness: 0.96 })
    .jpeg({ quality: 84 })
    .toBuffer();
}
