// Puts the matrix, its controls, its legend and the panel of images together.

import { make, makeSelect } from "./dom.js";
import { fileName, savePng, saveText, svgUri } from "./downloads.js";
import { hasExamples, showExamples } from "./examples.js";
import { drawLegend, drawMatrix } from "./matrix.js";
import { matrixSvg } from "./matrix_svg.js";
import { metricTitle, referencesOf } from "./study.js";
import { canHatch, firstState, methodsOf, shows, viewOf } from "./view.js";

/** Bring the explorer to life in its place on the page. */
export function startExplorer(study) {
  const place = document.getElementById("explorer");
  if (!place || !study.keys.length) return;
  const state = firstState(study);
  const controls = make("div", { class: "controls", role: "group", "aria-label": "What the matrix shows" });
  const title = make("h3", { id: "explorer-title", "aria-live": "polite" });
  const legend = make("div", { class: "legend" });
  const matrix = make("div", { class: "matrices" });
  const panel = make("aside", { class: "panel", "aria-labelledby": "examples-heading", "aria-live": "polite", hidden: true });
  let [view, opened] = [null, null];
  // What the reader chose last: a metric may lack it, and the next one may have it again.
  const wanted = { reference: state.reference, method: state.method };

  const close = () => {
    panel.hidden = true;
    opened = null;
    matrix.querySelector('[aria-selected="true"]')?.setAttribute("aria-selected", "false");
    matrix.querySelector('[role="gridcell"][tabindex="0"]')?.focus();
  };
  const open = (block, row, column) => {
    opened = [block, row, column];
    if (hasExamples()) showExamples(panel, study, state, block, row, column, close).then(() => panel.scrollIntoView({ block: "nearest" }));
  };
  const redraw = () => {
    view = viewOf(study, state);
    title.textContent = view.title;
    drawLegend(legend, view);
    drawMatrix(matrix, study, state, view, open);
    reselect(matrix, view, opened);
    if (opened && !panel.hidden) showExamples(panel, study, state, ...opened, close);
  };
  const change = (name) => (value) => {
    state[name] = value;
    if (name in wanted) wanted[name] = value;
    state.reference = oneOf(referencesOf(study, state.metric), wanted.reference);
    state.method = oneOf(methodsOf(study, state.metric, state.reference), wanted.method);
    drawControls(controls, study, state, change);
    document.getElementById(`choose-${name}`)?.focus();
    redraw();
  };
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });
  const name = () => fileName(study.dataset, "matrix", state.metric, state.reference, state.show);
  const buttons = make("div", { class: "downloads" },
    make("button", { type: "button", "aria-label": "Download this matrix as SVG", click: () => saveText(matrixSvg(view), "image/svg+xml", `${name()}.svg`) }, "SVG"),
    make("button", { type: "button", "aria-label": "Download this matrix as PNG", click: () => saveMatrixPng(view, `${name()}.png`) }, "PNG"));
  drawControls(controls, study, state, change);
  place.replaceChildren(controls, title, make("div", { class: "stage" }, make("div", {}, legend, matrix, buttons), panel));
  place.hidden = false;
  redraw();
}

function oneOf(available, wanted) {
  return available.includes(wanted) ? wanted : available[0];
}

function drawControls(controls, study, state, change) {
  const metrics = Object.entries(study.metrics).map(([name, metric]) => [name, metricTitle(metric)]);
  const references = referencesOf(study, state.metric).map((name) => [name, study.references[`${state.metric}.${name}`]]);
  const objectives = new Map(study.blocks.filter((block) => block.name !== null).map((block) => [block.name, block.title]));
  const methods = methodsOf(study, state.metric, state.reference).map((name) => [name, study.methods[name]]);
  const hatch = make("input", { type: "checkbox", id: "choose-hatch", checked: state.hatch, disabled: !canHatch(study, state), change: (event) => change("hatch")(event.target.checked) });
  controls.replaceChildren(
    makeSelect("choose-metric", "Metric", metrics, state.metric, change("metric")),
    makeSelect("choose-reference", "Reference", references, state.reference, change("reference")),
    makeSelect("choose-objective", "Objective", [["all", "all objectives"], ...objectives], state.objective, change("objective")),
    ...(Object.keys(study.methods).length > 1 ? [makeSelect("choose-method", "Decoded from", methods, state.method, change("method"))] : []),
    makeSelect("choose-show", "Cells show", shows(study), state.show, change("show")),
    makeSelect("choose-order", "Order", [["listed", "by kind of distortion"], ["similar", "similar ones together"]], state.order, change("order")),
    make("div", { class: "control check" }, hatch, make("label", { for: "choose-hatch" }, "hatch where no difference from the clean-trained model counts")),
  );
}

/** Mark the opened cell again after a redraw. */
function reselect(matrix, view, opened) {
  if (!opened) return;
  const [block, row, column] = opened;
  const number = view.blocks.findIndex((drawn) => drawn.block === block);
  matrix.querySelector(`[data-block="${number}"][data-row="${row}"][data-column="${column}"]`)?.setAttribute("aria-selected", "true");
}

function saveMatrixPng(view, name) {
  const svg = matrixSvg(view);
  const [, width, height] = svg.match(/width="([0-9.]+)" height="([0-9.]+)"/);
  savePng(svgUri(svg), Number(width), Number(height), name);
}
