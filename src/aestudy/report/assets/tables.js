// Tables that sort, filter and download: those of the page, and longer ones that are drawn piece by piece.

import { make } from "./dom.js";
import { fileName, saveText } from "./downloads.js";

const FEWEST_TO_FILTER = 6;
const AT_ONCE = 100;

/** A number for sorting: text that is none stays null. */
export function sortValue(text) {
  const plain = text.trim().replaceAll("−", "-").replace("∞", "Infinity").replaceAll(",", "");
  return plain !== "" && !Number.isNaN(Number(plain)) ? Number(plain) : null;
}

/** Compare two texts: numbers by size and before words, what is missing last. */
export function compareTexts(one, other) {
  const [left, right] = [sortValue(one), sortValue(other)];
  if (left !== null && right !== null) return left === right ? 0 : left < right ? -1 : 1;
  if (left !== null) return -1;
  if (right !== null) return 1;
  return one.localeCompare(other, "en");
}

/** Write rows of texts as CSV (RFC 4180). */
export function toCsv(rows) {
  const quote = (text) => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  return rows.map((row) => row.map((text) => quote(text.replaceAll("−", "-"))).join(",")).join("\r\n") + "\r\n";
}

/** For each column: the header cell that sorts it and all texts above it. */
function readHeader(table) {
  const grid = [];
  [...table.tHead.rows].forEach((row, y) => {
    let x = 0;
    for (const cell of row.cells) {
      while (grid[y]?.[x]) x += 1;
      for (let down = 0; down < cell.rowSpan; down += 1) {
        for (let across = 0; across < cell.colSpan; across += 1) (grid[y + down] ??= [])[x + across] = cell;
      }
      x += cell.colSpan;
    }
  });
  return grid.at(-1).map((cell, x) => ({ cell, name: [...new Set(grid.map((row) => row[x]))].map((part) => part.textContent.trim()).join(" ") }));
}

/** A table's row as texts: per cell the value and, where there is one, the small print below it. */
function readRow(row) {
  const cells = [...row.cells].map((cell) => {
    const small = cell.querySelector("small")?.textContent.trim() ?? "";
    const copy = cell.cloneNode(true);
    copy.querySelectorAll("small").forEach((part) => part.remove());
    return { text: copy.textContent.trim(), small };
  });
  return { cells, element: row };
}

/** Give a table of the page its header buttons, its filter and its download. */
export function enhanceTable(table, dataset) {
  const columns = readHeader(table);
  const rows = [...table.tBodies[0].rows].map(readRow);
  const scroller = table.closest(".scroll");
  manage(table, columns, rows, scroller, fileName(dataset, scroller.getAttribute("aria-label")));
}

/** Show rows of texts as a table under `place`, the first hundred at once. */
export function buildTable(place, names, texts, label, dataset, numbers) {
  const head = make("tr", {}, ...names.map((name) => make("th", { scope: "col" }, name)));
  const table = make("table", { class: "data" }, make("thead", {}, head), make("tbody"));
  const scroller = make("div", { class: "scroll", role: "region", tabindex: "0", "aria-label": label }, table);
  place.append(scroller);
  const rows = texts.map((cells) => ({ cells: cells.map((text) => ({ text, small: "" })), element: null }));
  const columns = [...table.tHead.rows[0].cells].map((cell, x) => ({ cell, name: names[x] }));
  columns.forEach(({ cell }, x) => numbers.has(x) && cell.classList.add("number"));
  return manage(table, columns, rows, scroller, fileName(dataset, label), numbers);
}

function makeRow(row, numbers) {
  row.element ??= make("tr", {}, ...row.cells.map(({ text }, x) => make("td", { class: numbers.has(x) ? "number" : null }, text)));
  return row.element;
}

function manage(table, columns, rows, scroller, name, numbers = new Set()) {
  const state = { column: -1, descending: false, words: [], keep: () => true, shown: AT_ONCE };
  const body = table.tBodies[0];
  const status = make("span", { class: "count", role: "status" });
  const more = make("button", { type: "button", class: "more", click: () => { state.shown = Infinity; draw(); } }, "Show all rows");
  const chosen = () => {
    const found = rows.filter((row) => {
      const text = row.cells.map((cell) => cell.text).join(" ").toLowerCase();
      return state.words.every((word) => text.includes(word)) && state.keep(row.cells.map((cell) => cell.text));
    });
    if (state.column < 0) return found;
    const sign = state.descending ? -1 : 1;
    const missing = (row) => ["–", ""].includes(row.cells[state.column].text);
    return found.sort((one, other) =>
      missing(one) - missing(other) || sign * compareTexts(one.cells[state.column].text, other.cells[state.column].text));
  };
  const draw = () => {
    const found = chosen();
    body.replaceChildren(...found.slice(0, state.shown).map((row) => makeRow(row, numbers)));
    more.hidden = found.length <= state.shown;
    status.textContent = found.length === rows.length ? `${rows.length} rows` : `${found.length} of ${rows.length} rows`;
  };
  columns.forEach(({ cell, name: title }, x) => {
    const button = make("button", { type: "button", class: "sort", title: `Sort by ${title}` }, ...(cell.childNodes.length ? [...cell.childNodes] : [title]));
    button.addEventListener("click", () => {
      state.descending = state.column === x && !state.descending;
      state.column = x;
      columns.forEach((other) => other.cell.removeAttribute("aria-sort"));
      cell.setAttribute("aria-sort", state.descending ? "descending" : "ascending");
      draw();
    });
    cell.replaceChildren(button);
  });
  const tools = make("div", { class: "tools" });
  if (rows.length >= FEWEST_TO_FILTER) {
    const filter = make("input", { type: "search", placeholder: "Filter rows", "aria-label": `Filter: ${scroller.getAttribute("aria-label")}` });
    filter.addEventListener("input", () => { state.words = filter.value.toLowerCase().split(/\s+/).filter(Boolean); draw(); });
    tools.append(filter);
  }
  const withSmall = columns.map((_, x) => rows.some((row) => row.cells[x]?.small));
  const download = () => {
    const header = columns.flatMap(({ name: title }, x) => (withSmall[x] ? [title, `${title}, small print`] : [title]));
    const lines = chosen().map((row) => row.cells.flatMap((cell, x) => (withSmall[x] ? [cell.text, cell.small] : [cell.text])));
    saveText(toCsv([header, ...lines]), "text/csv", `${name}.csv`);
  };
  tools.append(make("button", { type: "button", click: download, "aria-label": `Download as CSV: ${scroller.getAttribute("aria-label")}` }, "CSV"), status);
  scroller.before(tools);
  scroller.after(more);
  draw();
  return { tools, keep: (test) => { state.keep = test; draw(); } };
}
