// The same view as an SVG file of its own, for papers and slides.

import { colorAt, css } from "./colors.js";
import { make } from "./dom.js";
import { shorten } from "./format.js";

const [CELL_WIDTH, CELL_HEIGHT, GAP, MARGIN, LINE] = [46, 28, 26, 14, 20];
const [BAR_WIDTH, BAR_HEIGHT, NARROWEST] = [14, 200, 420];
const FAMILY = "DejaVu Sans, Verdana, sans-serif";
const [COSINE, SINE] = [Math.cos((40 * Math.PI) / 180), Math.sin((40 * Math.PI) / 180)];
const MUTED = 'fill="#616161"';
// Where the file is opened, letters may be a little wider than here.
const SLACK = 1.06;

/** Write text so that it is text in XML. */
export function escapeXml(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}

function text(x, y, content, attributes = "") {
  return `<text x="${x}" y="${y}" ${attributes}>${escapeXml(content)}</text>`;
}

const context = () => (context.kept ??= make("canvas").getContext("2d"));

/** How wide a line of text is, in pixels. */
function widthOf(content, size = 11, weight = "normal") {
  context().font = `${weight} ${size}px ${FAMILY}`;
  return Math.ceil(context().measureText(content).width * SLACK);
}

function widest(contents, size, weight) {
  return Math.max(0, ...contents.map((content) => widthOf(content, size, weight)));
}

/** Break a text at its spaces into lines of at most that width; a longer word has a line of its own. */
function wrap(content, width, size, weight) {
  const lines = [];
  for (const word of content.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`;
    if (lines.length && widthOf(longer, size, weight) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Where everything stands from left to right. */
function layoutOf(view) {
  const corners = view.blocks.flatMap((block) => [`${block.corner} ↓`, "tested on →"]);
  const names = view.blocks.flatMap((block) => block.rows.map((row) => shorten(row.name)));
  const left = MARGIN + widest([...corners, ...names]) + 8;
  const right = left + view.columns.length * CELL_WIDTH;
  // Turned names reach over the last column, and the color bar may stand in no name or heading of another block.
  const over = Math.max(0, ...view.columns.map((column, place) => left + (place + 0.4) * CELL_WIDTH + widthOf(column.short) * COSINE + 8));
  const headings = widest(view.blocks.flatMap((block) => wrap(block.title, NARROWEST, 13, "bold")), 13, "bold");
  const bar = Math.ceil(Math.max(right, over, MARGIN + headings)) + 16;
  const scale = Math.max(widest(view.scaleLabel.split("; ")), BAR_WIDTH + 6 + widest(view.ticks.map((tick) => tick.text)));
  const inner = Math.max(bar + scale - MARGIN, NARROWEST);
  const title = widest(wrap(view.title, inner, 15, "bold"), 15, "bold");
  return { left, bar, inner, width: Math.max(inner, title) + 2 * MARGIN, header: Math.round(widest(view.columns.map((column) => column.short)) * SINE) + 20 };
}

/** Write a view as SVG. */
export function matrixSvg(view) {
  const { left, bar, inner, width, header } = layoutOf(view);
  const parts = [];
  let [y, barTop] = [MARGIN - 4, null];
  const write = (content, size, attributes, most = inner) => {
    for (const line of wrap(content, most, size, attributes.includes("bold") ? "bold" : "normal")) {
      y += LINE;
      parts.push(text(MARGIN, y, line, `font-size="${size}" ${attributes}`));
    }
  };
  write(view.title, 15, 'font-weight="bold"');
  for (const block of view.blocks) {
    y += GAP - LINE / 2;
    write(block.title, 13, 'font-weight="bold"', bar - 16 - MARGIN);
    y += Math.max(header, 36);
    barTop ??= y + 14;
    view.columns.forEach((column, place) => {
      const x = left + (place + 0.4) * CELL_WIDTH;
      parts.push(text(x, y - 6, column.short, `transform="rotate(-40 ${x} ${y - 6})"`));
    });
    parts.push(text(left - 8, y - 20, "tested on →", `text-anchor="end" ${MUTED}`));
    parts.push(text(left - 8, y - 6, `${block.corner} ↓`, `text-anchor="end" ${MUTED}`));
    for (const row of block.rows) {
      parts.push(text(left - 8, y + CELL_HEIGHT / 2 + 4, shorten(row.name), 'text-anchor="end"'));
      row.cells.forEach((cell, place) => parts.push(...cellSvg(cell, left + place * CELL_WIDTH, y)));
      row.cells.forEach((cell, place) => parts.push(boxSvg(cell, left + place * CELL_WIDTH, y)));
      y += CELL_HEIGHT;
    }
  }
  parts.push(...scaleSvg(view, bar, barTop ?? y));
  y = Math.max(y, (barTop ?? y) + 2 * LINE + BAR_HEIGHT);
  const cells = view.blocks.flatMap((block) => block.rows.flatMap((row) => row.cells));
  if (cells.some((cell) => cell.boxed)) write("Boxed: tested on what it was trained on.", 11, MUTED);
  if (cells.some((cell) => cell.hatched)) write("Hatched: no difference from the clean-trained model that counts.", 11, MUTED);
  const height = y + MARGIN;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    `font-family="${FAMILY}" font-size="11" fill="#1a1a1a">` +
    '<defs><pattern id="hatch" width="7" height="7" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
    '<path d="M0 0V7" stroke="#000" stroke-opacity=".5" stroke-width="1.6"/><path d="M3 0V7" stroke="#fff" stroke-opacity=".5" stroke-width="1.2"/></pattern></defs>' +
    `<rect width="${width}" height="${height}" fill="#fff"/>${parts.join("\n")}</svg>\n`;
}

function cellSvg(cell, x, y) {
  const place = `x="${x}" y="${y}" width="${CELL_WIDTH}" height="${CELL_HEIGHT}"`;
  const parts = [`<rect ${place} fill="${cell.color}" stroke="#fff" stroke-width=".8"/>`];
  if (cell.hatched) parts.push(`<rect ${place} fill="url(#hatch)"/>`);
  const halo = cell.hatched ? ` stroke="${cell.color}" stroke-width="3" paint-order="stroke" stroke-linejoin="round"` : "";
  parts.push(text(x + CELL_WIDTH / 2, y + CELL_HEIGHT / 2 + 4, cell.text, `text-anchor="middle" fill="${cell.ink}"${halo}`));
  return parts;
}

function boxSvg(cell, x, y) {
  if (!cell.boxed) return "";
  const place = `x="${x + 1.5}" y="${y + 1.5}" width="${CELL_WIDTH - 3}" height="${CELL_HEIGHT - 3}" fill="none"`;
  return `<rect ${place} stroke="#fff" stroke-width="4"/><rect ${place} stroke="#000" stroke-width="2"/>`;
}

function scaleSvg(view, x, first) {
  const labels = view.scaleLabel.split("; ");
  const parts = labels.map((line, place) => text(x, first + 14 * place, line, MUTED));
  const top = first + 14 * labels.length;
  for (let step = 0; step < 100; step += 1) {
    const place = 1 - step / 99;
    const color = css(colorAt(view.scale.kind, view.scale.reversed ? 1 - place : place));
    parts.push(`<rect x="${x}" y="${top + (step * BAR_HEIGHT) / 100}" width="${BAR_WIDTH}" height="${BAR_HEIGHT / 100 + 0.5}" fill="${color}"/>`);
  }
  for (const tick of view.ticks) {
    parts.push(text(x + BAR_WIDTH + 6, top + BAR_HEIGHT * (1 - tick.place) + 4, tick.text, MUTED));
  }
  return parts;
}
