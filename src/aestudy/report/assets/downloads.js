// Files that the page hands out: text, SVG, and PNG drawn from an SVG.

import { make } from "./dom.js";

/** Offer a blob as a file. */
export function save(blob, name) {
  const link = make("a", { href: URL.createObjectURL(blob), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}

/** Offer text as a file. */
export function saveText(text, type, name) {
  save(new Blob([text], { type: `${type};charset=utf-8` }), name);
}

/** A file name without anything that a file system might dislike. */
export function fileName(...parts) {
  return parts.join("-").toLowerCase().replace(/[^a-z0-9._]+/g, "-").replace(/^[-.]+|[-.]+$/g, "") || "figure";
}

/** Turn SVG text into a data URI, the only kind of picture that the page's policy lets in. */
export function svgUri(svg) {
  const bytes = new TextEncoder().encode(svg);
  let binary = "";
  for (let start = 0; start < bytes.length; start += 0x8000) binary += String.fromCharCode(...bytes.subarray(start, start + 0x8000));
  return `data:image/svg+xml;base64,${btoa(binary)}`;
}

/** Draw a picture at twice its natural size and offer it as PNG. */
export async function savePng(uri, width, height, name) {
  const image = new Image();
  image.src = uri;
  await image.decode();
  const scale = Math.min(2, 16_000 / Math.max(width, height));
  const canvas = make("canvas", { width: String(Math.round(width * scale)), height: String(Math.round(height * scale)) });
  const context = canvas.getContext("2d");
  context.fillStyle = "#ffffff";
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/png"));
  if (blob) save(blob, name);
}

/** The bytes behind a base64 data URI. */
export function bytesOf(uri) {
  return Uint8Array.from(atob(uri.slice(uri.indexOf(",") + 1)), (letter) => letter.charCodeAt(0));
}
