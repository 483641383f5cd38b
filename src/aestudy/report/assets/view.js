// What the matrix shows for a choice of the reader: texts, colors and marks, without any drawing.

import { MISSING, colorAt, css, readableOn } from "./colors.js";
import { formatCell, formatCount, formatDifference, formatValue, shorten, withUnit } from "./format.js";
import { similarTogether } from "./ordering.js";
import { cellOf } from "./study.js";

/** The choice that the page starts with. */
export function firstState(study) {
  const key = study.keys.find(([metric, reference]) => metric === "psnr_db" && reference === "clean");
  const [metric, reference] = key ?? study.keys[0];
  return { metric, reference, method: methodsOf(study, metric, reference)[0], objective: "all", show: "mean", order: "listed", hatch: true };
}

function hasValues(study, block, metric, reference) {
  const { mean } = study.tables[`${metric}.${reference}`];
  const width = study.testedOn.length;
  return mean.slice(block.first * width, (block.first + block.rows.length) * width).some((value) => value !== null);
}

/** The methods that have values of a metric. */
export function methodsOf(study, metric, reference) {
  return Object.keys(study.methods).filter((method) =>
    study.blocks.some((block) => block.method === method && hasValues(study, block, metric, reference)));
}

/** What can be shown in the cells: [value, text]. */
export function shows(study) {
  const options = [["mean", "mean over seeds and images"]];
  if (study.blocks.some((block) => block.name !== null && block.rows.includes("clean"))) {
    options.push(["difference", "difference from the clean-trained model"]);
  }
  if (study.seeds.length > 1) {
    options.push(["spread", "spread between seeds (largest − smallest)"]);
    study.seeds.forEach((seed, place) => options.push([`seed:${place}`, `seed ${seed} alone`]));
  }
  return options;
}

/** Whether cells can be hatched: seeds and their spread are not what was tested, nor is every metric. */
export function canHatch(study, state) {
  const { differs } = study.tables[`${state.metric}.${state.reference}`];
  return ["mean", "difference"].includes(state.show) && differs.some((value) => value !== null);
}

function valueOf(cell, show) {
  if (show === "difference" || show === "spread") return cell[show];
  if (!show.startsWith("seed:") || cell.nSeeds === 0) return cell.mean;
  return cell.bySeed[Number(show.slice(5))] ?? null;
}

/** The color scale of a choice: equal for all objectives, models and seeds, so that they can be compared. */
export function scaleOf(study, { metric, reference, show }) {
  const values = [];
  for (const block of study.blocks) {
    // Rivals have ends of their own: one that undoes a filter would leave the models a single color.
    if (block.name === null) continue;
    for (let row = 0; row < block.rows.length; row += 1) {
      for (let column = 0; column < study.testedOn.length; column += 1) {
        if (!study.shownOn.includes(study.testedOn[column])) continue;
        const cell = cellOf(study, block, row, column, metric, reference);
        if (show === "difference" || show === "spread") values.push(cell[show]);
        else values.push(cell.mean, ...cell.bySeed);
      }
    }
  }
  const finite = values.filter((value) => value !== null && Number.isFinite(value));
  let [low, high] = finite.length ? [Math.min(...finite), Math.max(...finite)] : [0, 1];
  const better = study.metrics[metric].higherIsBetter;
  if (show === "difference") {
    const reach = Math.max(Math.abs(low), Math.abs(high)) || 1;
    return { kind: "diverging", low: -reach, high: reach, reversed: !better };
  }
  if (show === "spread") return { kind: "spread", low: 0, high: high || 1, reversed: false };
  if (low === high) high = low + 1;
  return { kind: "sequential", low, high, reversed: !better };
}

/** The color of a value on a scale; values beyond it and infinite ones get the color of the nearer end. */
export function colorOf(scale, value) {
  if (value === null || Number.isNaN(value)) return MISSING;
  const place = Number.isFinite(value) ? (value - scale.low) / (scale.high - scale.low) : Number(value > 0);
  return colorAt(scale.kind, scale.reversed ? 1 - place : place);
}

/** The order of all conditions that the reader chose; null: each list as the study gives it. */
function orderOf(study, state) {
  if (state.order === "listed") return null;
  const names = Object.keys(study.groups);
  const profiles = new Map(names.map((name) => [name, []]));
  for (const block of study.blocks.filter(({ method }) => method === undefined || method === state.method)) {
    const cells = block.rows.map((_, row) =>
      study.testedOn.map((_, column) => cellOf(study, block, row, column, state.metric, state.reference).mean));
    for (const name of names) {
      const [row, column] = [block.rows.indexOf(name), study.testedOn.indexOf(name)];
      if (block.name !== null) profiles.get(name).push(...study.testedOn.map((_, place) => (row < 0 ? null : cells[row][place])));
      profiles.get(name).push(...cells.map((values) => (column < 0 ? null : values[column])));
    }
  }
  return similarTogether(names, profiles);
}

function inOrder(names, order) {
  const items = names.map((name, place) => ({ name, place }));
  return order ? items.sort((one, other) => order.indexOf(one.name) - order.indexOf(other.name)) : items;
}

/** One sentence on a cell, for tooltips and screen readers. */
export function describeCell(study, state, block, row, column) {
  const metric = study.metrics[state.metric];
  const cell = cellOf(study, block, row, column, state.metric, state.reference);
  const who = block.name === null ? block.rows[row] : `${block.name}${block.method === "codec" ? " through the codec" : ""}, trained on ${block.rows[row]}`;
  const lines = [`${who}, tested on ${study.testedOn[column]}`];
  lines.push(`${metric.name} ${withUnit(metric, cell.mean)}`);
  if (cell.low === null && Number.isFinite(cell.mean) && cell.mean !== null) {
    lines[1] += ", no interval";
  } else if (cell.low !== null && cell.low < cell.high) {
    lines[1] += `, ${study.confidence} interval ${formatValue(metric, cell.low)} to ${formatValue(metric, cell.high)}`;
  }
  const seeds = cell.nSeeds ? `${cell.nSeeds} ${cell.nSeeds === 1 ? "seed" : "seeds"}, ` : "";
  lines.push(`${seeds}${formatCount(cell.nImages)} test ${cell.nImages === 1 ? "image" : "images"}${cell.spread === null ? "" : `; seeds differ by ${withUnit(metric, cell.spread)}`}`);
  if (cell.difference !== null && block.rows[row] !== "clean") {
    const sign = cell.difference > 0 ? "+" : "";
    const test = cell.pValue === "–" ? "none could be tested" : `corrected p ${/^</.test(cell.pValue) ? "" : "= "}${cell.pValue}`;
    const shown = cell.differs === 0 ? ` (no difference that counts: ${test})` : "";
    lines.push(`${sign}${withUnit(metric, cell.difference)} against the clean-trained model${shown}`);
  }
  return lines;
}

/** The title of a choice. */
export function titleOf(study, state) {
  const metric = study.metrics[state.metric];
  const what = shows(study).find(([value]) => value === state.show)[1];
  const unit = metric.unit && !metric.name.startsWith(metric.unit) ? ` in ${metric.unit}` : "";
  const choice = methodsOf(study, state.metric, state.reference).length > 1;
  const method = choice ? ` (${study.methods[state.method]})` : "";
  return `${metric.name}${unit}, ${study.references[`${state.metric}.${state.reference}`]}${method}: ${what}`;
}

function formatShown(metric, show, value) {
  if (show === "difference") return formatDifference(metric, value);
  // Seeds differ by little: one digit more than a mean has.
  return formatCell(show === "spread" ? { ...metric, cellDecimals: metric.cellDecimals + 1 } : metric, value);
}

/** Everything that is drawn for a choice. */
export function viewOf(study, state) {
  const metric = study.metrics[state.metric];
  const scale = scaleOf(study, state);
  const order = orderOf(study, state);
  const compared = state.show === "difference" || state.show === "spread";
  const columns = inOrder(study.testedOn, order).filter(({ name }) => study.shownOn.includes(name));
  const apart = (items, place) =>
    state.order === "listed" && place > 0 && study.groups[items[place].name] !== study.groups[items[place - 1].name];
  const blocks = study.blocks
    .filter((block) => (block.name === null ? !compared : block.method === state.method && [block.name, "all"].includes(state.objective)))
    .filter((block) => hasValues(study, block, state.metric, state.reference))
    .map((block) => {
      const rows = block.name === null ? block.rows.map((name, place) => ({ name, place })) : inOrder(block.rows, order);
      return {
        title: block.title,
        block,
        corner: block.name === null ? "method" : "trained on",
        rows: rows.map((row, rowPlace) => ({
          name: row.name,
          apart: block.name !== null && apart(rows, rowPlace),
          cells: columns.map((column) => {
            const cell = cellOf(study, block, row.place, column.place, state.metric, state.reference);
            const value = valueOf(cell, state.show);
            const color = colorOf(scale, value);
            return {
              row: row.place,
              column: column.place,
              text: formatShown(metric, state.show, value),
              color: css(color),
              ink: readableOn(color),
              boxed: block.name !== null && row.name === column.name,
              hatched: state.hatch && canHatch(study, state) && cell.differs === 0,
            };
          }),
        })),
      };
    });
  return {
    title: titleOf(study, state),
    scale,
    scaleLabel: scaleLabel(metric, state.show),
    columns: columns.map((column, place) => ({ ...column, short: shorten(column.name, 18), apart: apart(columns, place) })),
    blocks,
    ticks: ticksOf(scale, metric),
  };
}

function scaleLabel(metric, show) {
  if (show === "difference") return `difference in ${metric.scaleLabel}; blue: better`;
  if (show === "spread") return `spread in ${metric.scaleLabel}`;
  return `${metric.scaleLabel}; yellow: better`;
}

/** Round numbers along a scale, as {place in [0, 1], text}. */
function ticksOf(scale, metric) {
  const [low, high] = [scale.low * metric.cellFactor, scale.high * metric.cellFactor];
  const rough = (high - low) / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough);
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = [];
  for (let number = Math.ceil(low / step - 1e-9); number * step <= high + 1e-9 * step; number += 1) {
    ticks.push({ place: (number * step - low) / (high - low), text: (number * step).toFixed(decimals).replace("-", "−") });
  }
  return ticks;
}
