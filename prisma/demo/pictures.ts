import { roundedBox, ellipse, wholeCanvas, hills, type Layer, renderLayers, type Shape, subtractShape } from "./canvas";
import { mixColours, oklch, type Rgb } from "./colour";

// Profile pictures of people who do not exist: cut-paper portraits without faces, and landscapes. Nobody can be mistaken for them.

export type Portrait = {
  /** Hue of what is behind, in degrees. */
  hue: number;
  /** Hue and lightness of the coat. */
  coat: readonly [hue: number, lightness: number];
  /** Lightness of the skin. */
  skin: number;
  /** Hue and lightness of hair or scarf. */
  hair: readonly [hue: number, lightness: number];
  hairstyle: keyof typeof HAIRSTYLES;
};

const HEAD = ellipse(0.5, 0.44, 0.145, 0.185);
const CROWN = subtractShape(ellipse(0.5, 0.41, 0.165, 0.185), ellipse(0.5, 0.53, 0.15, 0.185));

/** What of the hair lies behind the head and what before it. */
const HAIRSTYLES = {
  short: { behind: CROWN, before: CROWN },
  bob: { behind: roundedBox(0.5, 0.45, 0.19, 0.2, 0.17), before: CROWN },
  long: { behind: roundedBox(0.5, 0.55, 0.19, 0.32, 0.18), before: CROWN },
  bun: { behind: ellipse(0.5, 0.215, 0.085, 0.08), before: CROWN },
  curls: {
    behind: (x, y) =>
      Math.hypot(x - 0.5, y - 0.4) - 0.225 - 0.014 * Math.sin(Math.atan2(y - 0.4, x - 0.5) * 13),
    before: CROWN,
  },
  scarf: {
    behind: ellipse(0.5, 0.5, 0.215, 0.28),
    before: subtractShape(ellipse(0.5, 0.45, 0.175, 0.22), ellipse(0.5, 0.46, 0.125, 0.155)),
  },
} satisfies Record<string, { behind: Shape; before: Shape }>;

export function renderPortrait({ hue, coat, skin, hair, hairstyle: cut }: Portrait): Promise<Buffer> {
  const shade = oklch(skin - 0.07, 0.07, 52);
  const light = oklch(skin, 0.065, 60);
  const hairColour = constantColour(oklch(hair[1], cut === "scarf" ? 0.08 : 0.035, hair[0]));
  const [coatLit, coatDark] = [oklch(coat[1], 0.075, coat[0]), oklch(coat[1] - 0.08, 0.07, coat[0] + 8)];
  return renderLayers([
    skyLayer(hue, 0.93, 0.84),
    { shape: ellipse(0.74, 0.27, 0.16, 0.16), colour: constantColour(oklch(0.96, 0.035, hue + 30)) },
    { shape: hills(0.68, 0.05, 4.2, hue), colour: constantColour(oklch(0.76, 0.055, hue + 12)) },
    { shape: hills(0.79, 0.035, 5.5, hue * 2), colour: constantColour(oklch(0.66, 0.06, hue + 22)) },
    { shape: HAIRSTYLES[cut].behind, colour: hairColour },
    { shape: roundedBox(0.5, 0.64, 0.056, 0.13, 0.05), colour: constantColour(shade) },
    {
      shape: ellipse(0.5, 1.06, 0.37, 0.39),
      colour: (x, y) => mixColours(coatLit, coatDark, (x - 0.3) * 1.4 + (y - 0.8)),
    },
    { shape: HEAD, colour: (x) => mixColours(light, shade, (x - 0.5) * 9) },
    { shape: HAIRSTYLES[cut].before, colour: hairColour },
  ]);
}

/** For those who would rather not show a person. */
export function renderLandscape(hue: number): Promise<Buffer> {
  const hill = (height: number, index: number): Layer => ({
    shape: hills(height, 0.055 - index * 0.006, 3.4 + index * 0.9, hue + index * 1.7),
    colour: constantColour(oklch(0.79 - index * 0.115, 0.045 + index * 0.008, hue - index * 14)),
  });
  return renderLayers([
    skyLayer(hue + 40, 0.96, 0.88),
    { shape: ellipse(0.33, 0.34, 0.115, 0.115), colour: constantColour(oklch(0.985, 0.03, 90)) },
    ...[0.52, 0.62, 0.73, 0.85].map(hill),
  ]);
}

function skyLayer(hue: number, above: number, below: number): Layer {
  const [top, bottom] = [oklch(above, 0.03, hue), oklch(below, 0.055, hue + 25)];
  return { shape: wholeCanvas, colour: (_, y) => mixColours(top, bottom, y * 1.2) };
}

function constantColour(colour: Rgb): () => Rgb {
  return () => colour;
}
