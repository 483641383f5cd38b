// Draws the matrix as tables that a screen reader can walk through, with one cell in the tab order.

import { make } from "./dom.js";
import { shorten } from "./format.js";
import { colorAt, css } from "./colors.js";
import { describeCell } from "./view.js";

/** Cell -> the lines of its tooltip. */
const tips = new WeakMap();

/** Draw a view into `target`; `onOpen(block, row, column)` opens a cell's images. */
export function drawMatrix(target, study, state, view, onOpen) {
  const tables = view.blocks.map((drawn, number) => drawBlock(study, state, view, drawn, number));
  target.replaceChildren(...tables);
  const first = target.querySelector('[role="gridcell"]');
  if (first) first.tabIndex = 0;
  const tip = make("div", { class: "tip", hidden: true, "aria-hidden": "true" });
  target.append(tip);
  const open = (cell) => {
    target.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
    cell.setAttribute("aria-selected", "true");
    onOpen(view.blocks[cell.dataset.block].block, Number(cell.dataset.row), Number(cell.dataset.column));
  };
  target.onclick = (event) => {
    const cell = event.target.closest('[role="gridcell"]');
    if (!cell) return;
    moveTo(target, cell);
    open(cell);
  };
  target.onkeydown = (event) => onKey(event, target, tip, open);
  target.onpointerover = (event) => showTip(target, tip, event.target.closest('[role="gridcell"]'));
  target.onpointerleave = () => showTip(target, tip, null);
  for (const cell of target.querySelectorAll('[role="gridcell"]')) {
    cell.addEventListener("focus", () => showTip(target, tip, cell));
    cell.addEventListener("blur", () => showTip(target, tip, null));
  }
}

function drawBlock(study, state, view, drawn, number) {
  const heading = make("h4", { id: `matrix-${number}` }, drawn.title);
  const corner = make("th", { scope: "col", class: "corner" }, drawn.corner, make("span", {}, "tested on →"));
  const header = make("tr", {}, corner, ...view.columns.map((column) =>
    make("th", { scope: "col", title: column.name, class: column.apart ? "apart" : null }, make("span", { class: "turned" }, column.short))));
  const rows = drawn.rows.map((row) =>
    make("tr", { class: row.apart ? "apart" : null },
      make("th", { scope: "row", title: row.name }, shorten(row.name)),
      ...row.cells.map((cell, place) => drawCell(study, state, drawn, number, cell, view.columns[place].apart))));
  const table = make("table", { role: "grid", class: "matrix", "aria-labelledby": `matrix-${number}`, "aria-readonly": "true" },
    make("thead", {}, header), make("tbody", {}, ...rows));
  return make("div", { class: "block" }, heading, make("div", { class: "scroll" }, table));
}

function drawCell(study, state, drawn, number, cell, apart) {
  const classes = [cell.boxed && "boxed", cell.hatched && "hatched", apart && "apart"].filter(Boolean);
  const lines = describeCell(study, state, drawn.block, cell.row, cell.column);
  const element = make("td", {
    role: "gridcell", tabindex: "-1", class: classes.join(" ") || null, "aria-label": [cell.text, ...lines].join(". "), "aria-selected": "false",
    "data-block": String(number), "data-row": String(cell.row), "data-column": String(cell.column),
  }, cell.text);
  tips.set(element, lines);
  element.style.setProperty("--face", cell.color);
  element.style.setProperty("--on-face", cell.ink);
  return element;
}

function onKey(event, target, tip, open) {
  const cell = event.target.closest('[role="gridcell"]');
  if (!cell || event.altKey || event.ctrlKey || event.metaKey) return;
  if (event.key === "Enter" || event.key === " ") {
    open(cell);
  } else if (event.key === "Escape") {
    showTip(target, tip, null);
    return;
  } else {
    const next = neighbor(target, cell, event.key);
    if (next === undefined) return;
    if (next) {
      moveTo(target, next);
      next.focus();
    }
  }
  event.preventDefault();
}

/** The cell that a key leads to: null at an edge, undefined for any other key. */
function neighbor(target, cell, key) {
  const row = cell.parentElement;
  const cells = [...row.querySelectorAll('[role="gridcell"]')];
  const place = cells.indexOf(cell);
  const rows = [...target.querySelectorAll("tbody tr")];
  const rowPlace = rows.indexOf(row);
  const inRow = (other) => (other ? other.querySelectorAll('[role="gridcell"]')[place] ?? null : null);
  switch (key) {
    case "ArrowRight": return cells[place + 1] ?? null;
    case "ArrowLeft": return cells[place - 1] ?? null;
    case "ArrowDown": return inRow(rows[rowPlace + 1]);
    case "ArrowUp": return inRow(rows[rowPlace - 1]);
    case "Home": return cells[0];
    case "End": return cells.at(-1);
    case "PageDown": return inRow(rows.at(-1));
    case "PageUp": return inRow(rows[0]);
    default: return undefined;
  }
}

/** Let the tab key lead to this cell, of all cells of the matrix. */
export function moveTo(target, cell) {
  for (const other of target.querySelectorAll('[role="gridcell"][tabindex="0"]')) other.tabIndex = -1;
  cell.tabIndex = 0;
}

function showTip(target, tip, cell) {
  for (const marked of target.querySelectorAll(".here")) marked.classList.remove("here");
  tip.hidden = !cell;
  if (!cell) return;
  const [title, ...lines] = tips.get(cell);
  tip.replaceChildren(make("b", {}, title), ...lines.map((line) => make("span", {}, line)));
  cell.parentElement.querySelector("th").classList.add("here");
  const place = [...cell.parentElement.children].indexOf(cell);
  cell.closest("table").querySelector("thead tr").children[place].classList.add("here");
  const [outer, inner] = [target.getBoundingClientRect(), cell.getBoundingClientRect()];
  const left = Math.min(Math.max(0, inner.left - outer.left - tip.offsetWidth / 2 + inner.width / 2), outer.width - tip.offsetWidth);
  const above = inner.top - outer.top - tip.offsetHeight - 6;
  tip.style.left = `${Math.max(0, left)}px`;
  tip.style.top = `${inner.top - tip.offsetHeight - 6 > 0 ? above : inner.bottom - outer.top + 6}px`;
}

/** Draw the color scale. */
export function drawLegend(target, view) {
  const bar = make("canvas", { width: "240", height: "1", class: "bar", role: "img", "aria-label": `Color scale: ${view.scaleLabel}` });
  const context = bar.getContext("2d");
  for (let x = 0; x < 240; x += 1) {
    const place = x / 239;
    context.fillStyle = css(colorAt(view.scale.kind, view.scale.reversed ? 1 - place : place));
    context.fillRect(x, 0, 1, 1);
  }
  const ticks = make("div", { class: "ticks" }, ...view.ticks.map((tick) => {
    const label = make("span", {}, tick.text);
    label.style.left = `${100 * tick.place}%`;
    return label;
  }));
  target.replaceChildren(make("div", { class: "scale" }, bar, ticks), make("span", { class: "scale-label" }, view.scaleLabel));
}
