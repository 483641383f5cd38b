// The same view as an SVG file of its own, for papers and slides.

import { colorAt, css } from "./colors.js";

const [CELL_WIDTH, CELL_HEIGHT, LEFT, GAP, MARGIN] = [46, 28, 150, 26, 14];

/** Write text so that it is text in XML. */
export function escapeXml(text) {
  return String(text).replace(/[&<>"']/g, (sign) => `&#${sign.codePointAt(0)};`);
}

function text(x, y, content, attributes = "") {
  return `<text x="${x}" y="${y}" ${attributes}>${escapeXml(content)}</text>`;
}

/** Write a view as SVG. */
export function matrixSvg(view) {
  const parts = [];
  const width = LEFT + view.columns.length * CELL_WIDTH + 110;
  let y = MARGIN + 16;
  parts.push(text(MARGIN, y, view.title, 'font-size="15" font-weight="bold"'));
  const names = Math.max(...view.columns.map((column) => [...column.short].length));
  for (const block of view.blocks) {
    y += GAP + 8;
    parts.push(text(MARGIN, y, block.title, 'font-size="13" font-weight="bold"'));
    y += Math.round(names * 4.6) + 18;
    view.columns.forEach((column, place) => {
      const x = LEFT + (place + 0.4) * CELL_WIDTH;
      parts.push(text(x, y - 6, column.short, `transform="rotate(-40 ${x} ${y - 6})"`));
    });
    parts.push(text(LEFT - 8, y - 6, block.corner, 'text-anchor="end" fill="#616161"'));
    for (const row of block.rows) {
      parts.push(text(LEFT - 8, y + CELL_HEIGHT / 2 + 4, row.name, 'text-anchor="end"'));
      row.cells.forEach((cell, place) => parts.push(...cellSvg(cell, LEFT + place * CELL_WIDTH, y)));
      row.cells.forEach((cell, place) => parts.push(boxSvg(cell, LEFT + place * CELL_WIDTH, y)));
      y += CELL_HEIGHT;
    }
  }
  parts.push(...scaleSvg(view, LEFT + view.columns.length * CELL_WIDTH + 24, 90));
  const height = Math.max(y + MARGIN, 330);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" ` +
    'font-family="DejaVu Sans, Verdana, sans-serif" font-size="11" fill="#1a1a1a">' +
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

function scaleSvg(view, x, top) {
  const height = 200;
  const parts = [text(x - 10, top - 12, view.scaleLabel.split(";")[0], 'fill="#616161"')];
  for (let step = 0; step < 100; step += 1) {
    const place = 1 - step / 99;
    const color = css(colorAt(view.scale.kind, view.scale.reversed ? 1 - place : place));
    parts.push(`<rect x="${x}" y="${top + (step * height) / 100}" width="14" height="${height / 100 + 0.5}" fill="${color}"/>`);
  }
  for (const tick of view.ticks) {
    parts.push(text(x + 20, top + height * (1 - tick.place) + 4, tick.text, 'fill="#616161"'));
  }
  return parts;
}
