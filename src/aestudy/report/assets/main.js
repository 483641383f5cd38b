// Starts everything; without this script the page shows the same results as still figures and tables.

import { startExplorer } from "./explorer.js";
import { addFigureButtons } from "./figures.js";
import { startResultsTable } from "./results_table.js";
import { loadStudy } from "./study.js";
import { enhanceTable } from "./tables.js";
import { startTheme } from "./theme.js";

const study = loadStudy();
if (study) {
  startTheme();
  startExplorer(study);
  startResultsTable(study);
  addFigureButtons(study.dataset);
  for (const table of document.querySelectorAll("main table.numbers, main table.text")) enhanceTable(table, study.dataset);
  for (const still of document.querySelectorAll("details[data-still]")) still.open = false;
}
