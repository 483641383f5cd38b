// Builds elements without ever parsing text as HTML: names from a config stay text.

/** Make an element; attributes that are null or false are left out, functions become event listeners. */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

/** Read a JSON block of the page; null where there is none. */
export function readJson(id) {
  const block = document.getElementById(id);
  return block && JSON.parse(block.textContent);
}

/** Make a labelled selection; `options` are [value, text]. */
export function makeSelect(id, label, options, chosen, onChange) {
  const select = make("select", { id, change: () => onChange(select.value) });
  for (const [value, text] of options) {
    select.append(make("option", { value, selected: value === chosen }, text));
  }
  return make("div", { class: "control" }, make("label", { for: id }, label), select);
}
