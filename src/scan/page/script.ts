/**
 * The only script of the page: it sorts and filters the rows that are there. Without it the page
 * shows all of them.
 */
export const SCRIPT = `
"use strict";
const table = document.querySelector("#packages");
const body = table.tBodies[0];
const rows = [...body.rows];
const controls = document.querySelector("#controls");
const [search, only, maker] = ["search", "only", "maker"].map((id) => document.getElementById(id));
const told = document.querySelector("#told");
const texts = new Map(rows.map((row) => [row, row.textContent.toLowerCase()]));

function filter() {
  const words = search.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let count = 0;
  for (const row of rows) {
    const { is, maker: own } = row.dataset;
    const isWanted =
      words.every((word) => texts.get(row).includes(word)) &&
      (only.value === "" || is.split(" ").includes(only.value)) &&
      (maker.value === "" || maker.value === own);
    row.hidden = !isWanted;
    if (isWanted) count++;
  }
  told.textContent = count + " of " + rows.length + (rows.length === 1 ? " package" : " packages");
}

function valueIn(row, column) {
  const { n } = row.cells[column].dataset;
  return n === undefined ? row.cells[column].textContent.trim() : Number(n);
}

const compare = new Intl.Collator("en", { numeric: true }).compare;

function sort(column, head) {
  const isUp = head.getAttribute("aria-sort") !== "ascending";
  for (const other of head.parentElement.cells) other.removeAttribute("aria-sort");
  head.setAttribute("aria-sort", isUp ? "ascending" : "descending");
  const values = new Map(rows.map((row) => [row, valueIn(row, column)]));
  rows.sort((a, b) => {
    const [x, y] = [values.get(a), values.get(b)];
    const order = typeof x === "number" ? x - y : compare(x, y);
    return isUp ? order : -order;
  });
  body.append(...rows);
}

for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = head.textContent.trim();
  head.replaceChildren(button);
  button.addEventListener("click", () => sort(column, head));
}
for (const input of [search, only, maker]) input.addEventListener("input", filter);
controls.addEventListener("submit", (event) => event.preventDefault());
controls.hidden = false;
filter();
`;
