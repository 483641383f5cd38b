// The images behind a cell: original, distorted, decoded and where they differ.

import { colorAt } from "./colors.js";
import { make, readJson } from "./dom.js";
import { toNumber } from "./study.js";
import { describeCell } from "./view.js";

let packed = null;
const sheets = new Map();

/** Whether the page holds example images. */
export function hasExamples() {
  return document.getElementById("example-images") !== null;
}

async function sheet(uri) {
  if (!sheets.has(uri)) {
    const image = new Image();
    image.src = uri;
    sheets.set(uri, image.decode().then(() => image));
  }
  return sheets.get(uri);
}

/** Cut one picture out of a sprite: a canvas of its own pixels. */
function cut(image, row, column, label) {
  const { width, height } = packed;
  const canvas = make("canvas", { width: String(width), height: String(height), role: "img", "aria-label": label });
  canvas.getContext("2d", { willReadFrequently: true }).drawImage(image, column * width, row * height, width, height, 0, 0, width, height);
  return canvas;
}

/** Draw decoded minus original: blue where it is too bright, orange where it is too dark, white where equal. */
function errorMap(decoded, original, label) {
  const { width, height } = packed;
  const canvas = make("canvas", { width: String(width), height: String(height), role: "img", "aria-label": label });
  const context = canvas.getContext("2d");
  const pixels = context.createImageData(width, height);
  const [one, other] = [decoded, original].map((source) => source.getContext("2d").getImageData(0, 0, width, height).data);
  for (let place = 0; place < pixels.data.length; place += 4) {
    const color = colorAt("diverging", (one[place] - other[place] + 255) / 510);
    pixels.data.set([...color, 255], place);
  }
  context.putImageData(pixels, 0, 0);
  return canvas;
}

/** Show a cell's images in `panel`; `onClose` is called by its button. */
export async function showExamples(panel, study, state, block, row, column, onClose) {
  packed ??= readJson("example-images");
  const model = packed.models[block.pictures[row]];
  const [title, ...facts] = describeCell(study, state, block, row, column);
  const close = make("button", { type: "button", class: "close", "aria-label": "Close the images", click: onClose }, "×");
  const heading = make("h4", { id: "examples-heading", tabindex: "-1" }, title);
  const content = [make("div", { class: "panel-head" }, heading, close), ...facts.map((fact) => make("p", {}, fact))];
  if (model) content.push(await drawExamples(model, column));
  else content.push(make("p", {}, "No images were kept of this one."));
  panel.replaceChildren(...content);
  panel.hidden = false;
}

async function drawExamples(model, column) {
  const [clean, distorted, decoded] = await Promise.all([packed.clean, packed.distorted, model.sprite].map(sheet));
  const columns = ["original", "distorted", "decoded", "error"];
  const rows = packed.places.map((place, index) => {
    const chosen = model.chosen[column][index];
    const psnr = toNumber(model.psnrDb[column][index]);
    const of = `test image ${chosen + 1}, the ${place}`;
    const original = cut(clean, 0, chosen, `original, ${of}`);
    const output = cut(decoded, column, index, `decoded, ${of}`);
    const cells = [original, cut(distorted, column, chosen, `distorted, ${of}`), output, errorMap(output, original, `error of the decoded image, ${of}`)];
    const note = make("small", {}, `${Number.isFinite(psnr) ? `${psnr.toFixed(1)} dB` : "∞ dB"}`, make("br"), `image ${chosen + 1}`);
    return make("tr", {}, make("th", { scope: "row" }, place, note), ...cells.map((cell) => make("td", {}, cell)));
  });
  const head = make("tr", {}, make("td"), ...columns.map((name) => make("th", { scope: "col" }, name)));
  const shrunk = packed.factor > 1 ? ` Shown at 1/${packed.factor} of their size.` : "";
  const note = `Best, median and worst of the first test images by PSNR against the original${model.seed === null ? "" : `, model of seed ${model.seed}`}. ` +
    `Error: decoded minus original; blue where it is brighter, orange where it is darker, white where equal.${shrunk}`;
  return make("div", {}, make("table", { class: "examples" }, make("thead", {}, head), make("tbody", {}, ...rows)), make("p", { class: "note" }, note));
}
