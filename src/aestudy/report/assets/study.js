// The study's numbers: what report/explorer.py arranged, with look-ups.

import { readJson } from "./dom.js";

/** A number from the JSON block: null, a number, or "inf". */
export function toNumber(value) {
  return typeof value === "string" ? Number(value.replace("inf", "Infinity")) : value;
}

/** Load the study; null where the page holds none. */
export function loadStudy() {
  const study = readJson("study-data");
  if (!study) return null;
  study.keys = Object.keys(study.tables).map((key) => key.split("."));
  for (const table of Object.values(study.tables)) {
    for (const name of ["mean", "low", "high"]) table[name] = table[name].map(toNumber);
    table.bySeed = table.bySeed.map((values) => values.map(toNumber));
  }
  let first = 0;
  for (const block of study.blocks) {
    block.first = first;
    first += block.rows.length;
  }
  return study;
}

/** A metric's name, with its unit where the name does not hold it. */
export function metricTitle(metric) {
  return metric.unit && !metric.name.includes(metric.unit) ? `${metric.name} (${metric.unit})` : metric.name;
}

/** The references that a metric has. */
export function referencesOf(study, metric) {
  return study.keys.filter(([name]) => name === metric).map(([, reference]) => reference);
}

/** Everything known about one cell: numbers are null where they are missing. */
export function cellOf(study, block, row, column, metric, reference) {
  const table = study.tables[`${metric}.${reference}`];
  const place = (block.first + row) * study.testedOn.length + column;
  const seeds = table.bySeed[place].filter((value) => value !== null);
  const clean = block.name === null ? -1 : block.rows.indexOf("clean");
  const base = clean < 0 ? null : table.mean[(block.first + clean) * study.testedOn.length + column];
  const mean = table.mean[place];
  const finite = seeds.length > 1 && seeds.every(Number.isFinite);
  return {
    mean,
    low: table.low[place],
    high: table.high[place],
    bySeed: table.bySeed[place],
    spread: finite ? Math.max(...seeds) - Math.min(...seeds) : null,
    difference: Number.isFinite(mean) && Number.isFinite(base) && base !== null && mean !== null ? mean - base : null,
    differs: table.differs[place],
    pValue: table.pValue[place],
    nSeeds: block.name === null ? 0 : table.nSeeds,
    nImages: table.nImages,
  };
}
