// Buttons below every figure of the page that hand it out as SVG and as PNG.

import { make } from "./dom.js";
import { bytesOf, fileName, save, savePng, saveText } from "./downloads.js";
import { escapeXml } from "./matrix_svg.js";

/** Give every figure its buttons. */
export function addFigureButtons(dataset) {
  for (const figure of document.querySelectorAll("figure[data-name]")) {
    const image = figure.querySelector("img");
    const name = fileName(dataset, figure.dataset.name);
    const button = (kind, action) =>
      make("button", { type: "button", "aria-label": `Download as ${kind}: ${image.alt}`, click: action }, kind);
    figure.append(make("div", { class: "downloads" }, button("SVG", () => saveSvg(image, `${name}.svg`)), button("PNG", () => saveImagePng(image, `${name}.png`))));
  }
}

function saveSvg(image, name) {
  if (image.src.startsWith("data:image/svg+xml")) {
    save(new Blob([bytesOf(image.src)], { type: "image/svg+xml" }), name);
    return;
  }
  // A figure of pictures is stored as pixels; its SVG holds them unchanged.
  const [width, height] = [image.getAttribute("width"), image.getAttribute("height")];
  saveText(
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}">` +
      `<title>${escapeXml(image.alt)}</title><image width="${width}" height="${height}" href="${image.src}"/></svg>\n`,
    "image/svg+xml", name);
}

function saveImagePng(image, name) {
  if (image.src.startsWith("data:image/png")) save(new Blob([bytesOf(image.src)], { type: "image/png" }), name);
  else savePng(image.src, Number(image.getAttribute("width")), Number(image.getAttribute("height")), name);
}
