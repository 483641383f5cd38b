// Numbers as text, exactly as aestudy/tables/labels.py writes them.

function withDecimals(value, decimals) {
  if (value === null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return value > 0 ? "∞" : "−∞";
  return value.toFixed(decimals).replace("-", "−");
}

/** A value with all its digits, without its unit. */
export function formatValue(metric, value) {
  return withDecimals(value, metric.decimals);
}

/** A value for a narrow cell. */
export function formatCell(metric, value) {
  return withDecimals(value === null ? null : value * metric.cellFactor, metric.cellDecimals);
}

/** A value with its unit. */
export function withUnit(metric, value) {
  return [formatValue(metric, value), metric.unit].filter(Boolean).join(" ");
}

/** A difference for a narrow cell, with its sign. */
export function formatDifference(metric, value) {
  const text = formatCell(metric, value);
  if (/^−?0\.?0*$/.test(text)) return text.replace("−", "");
  return value > 0 ? `+${text}` : text;
}

/** A count, with thousands set apart. */
export function formatCount(count) {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

/** Shorten a long name in its middle, because swept names differ at the end. */
export function shorten(name, longest = 26) {
  const letters = [...name];
  if (letters.length <= longest) return name;
  const tail = Math.floor(((longest - 1) * 3) / 5);
  return `${letters.slice(0, longest - 1 - tail).join("")}…${letters.slice(-tail).join("")}`;
}
