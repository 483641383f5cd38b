// Color scales that color-blind people can read, and text that can be read on them.

const VIRIDIS = [
  [68, 1, 84], [72, 26, 108], [71, 47, 125], [65, 68, 135], [57, 86, 140], [49, 104, 142], [42, 120, 142],
  [35, 136, 142], [31, 152, 139], [34, 168, 132], [53, 183, 121], [84, 197, 104], [122, 209, 81],
  [165, 219, 54], [210, 226, 27], [253, 231, 37],
];
// Orange (worse) over white to blue (better): the halves of ColorBrewer's PuOr and RdBu.
const DIVERGING = [
  [127, 59, 8], [179, 88, 6], [224, 130, 20], [253, 184, 99], [254, 224, 182], [247, 247, 247],
  [209, 229, 240], [146, 197, 222], [67, 147, 195], [33, 102, 172], [5, 48, 97],
];
const SPREAD = [[247, 251, 255], [222, 235, 247], [198, 219, 239], [158, 202, 225], [107, 174, 214], [66, 146, 198], [33, 113, 181], [8, 69, 148]];

export const SCALES = { sequential: VIRIDIS, diverging: DIVERGING, spread: SPREAD };
export const MISSING = [232, 232, 232];

/** The color at a place in [0, 1] of a scale. */
export function colorAt(scale, place) {
  const steps = SCALES[scale];
  const exact = Math.min(1, Math.max(0, place)) * (steps.length - 1);
  const below = Math.min(steps.length - 2, Math.floor(exact));
  return steps[below].map((part, index) => Math.round(part + (steps[below + 1][index] - part) * (exact - below)));
}

/** Black or white, whichever has the higher contrast (WCAG 2.1): at least 4.5 on any color. */
export function readableOn(color) {
  const [red, green, blue] = color.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  const luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  return (luminance + 0.05) ** 2 > 1.05 * 0.05 ? "#000000" : "#ffffff";
}

/** A color as CSS and SVG write it. */
export function css(color) {
  return `#${color.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
