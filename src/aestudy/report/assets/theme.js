// Lets the reader override the system's choice between light and dark.

import { makeSelect } from "./dom.js";

/** Put the choice at the top of the page. */
export function startTheme() {
  const options = [["", "as the system"], ["light", "light"], ["dark", "dark"]];
  const apply = (value) => {
    if (value) document.documentElement.dataset.theme = value;
    else delete document.documentElement.dataset.theme;
  };
  const control = makeSelect("choose-theme", "Appearance", options, "", apply);
  control.classList.add("theme");
  document.querySelector("header.top").append(control);
}
