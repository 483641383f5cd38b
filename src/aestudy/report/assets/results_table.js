// The table of all results: one row per model, condition, metric and reference, with choices above it.

import { make, makeSelect } from "./dom.js";
import { formatValue } from "./format.js";
import { cellOf, metricTitle } from "./study.js";
import { buildTable } from "./tables.js";

const COLUMNS = ["method", "trained on", "tested on", "metric", "compared with", "mean", "low", "high", "seed spread", "seeds", "images"];
const NUMBERS = new Set([5, 6, 7, 8, 9, 10]);

function allRows(study) {
  const rows = [];
  for (const block of study.blocks) {
    block.rows.forEach((name, row) => study.testedOn.forEach((condition, column) => {
      for (const [metricName, reference] of study.keys) {
        const metric = study.metrics[metricName];
        const cell = cellOf(study, block, row, column, metricName, reference);
        if (cell.mean === null) continue;
        const who = block.name === null ? [name, "–"] : [block.method === "codec" ? `${block.name}, codec` : block.name, name];
        const numbers = [cell.mean, cell.low, cell.high, cell.spread].map((value) => formatValue(metric, value));
        rows.push([...who, condition, metricTitle(metric), reference || "–", ...numbers, cell.nSeeds ? String(cell.nSeeds) : "–", String(cell.nImages)]);
      }
    }));
  }
  return rows;
}

/** Fill the place of the table when a reader first opens it. */
export function startResultsTable(study) {
  const place = document.getElementById("all-results");
  if (!place) return;
  const box = make("details", { id: "all-results-box" }, make("summary", {}, "Every number of the study, to sort and filter"));
  let table = null;
  box.addEventListener("toggle", () => {
    if (table || !box.open) return;
    const rows = allRows(study);
    table = buildTable(box, COLUMNS, rows, "all results", study.dataset, NUMBERS);
    const chosen = [0, 1, 2, 3, 4].map(() => "");
    const choices = chosen.map((_, x) => {
      const values = [...new Set(rows.map((row) => row[x]))];
      return makeSelect(`filter-${x}`, COLUMNS[x], [["", "any"], ...values.map((value) => [value, value])], "", (value) => {
        chosen[x] = value;
        table.keep((texts) => chosen.every((wanted, column) => !wanted || texts[column] === wanted));
      });
    });
    table.tools.before(make("div", { class: "controls" }, ...choices));
  });
  place.replaceChildren(box);
  place.hidden = false;
}
