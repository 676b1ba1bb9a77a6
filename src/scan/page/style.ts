import { PAGE_STYLE } from "../../util/html.js";

/** The look of our pages, and of a long table: on a narrow screen each row is a card. */
export const STYLE = `${PAGE_STYLE}
main { max-width: 100rem; }
.counts { columns: 15rem; column-gap: 2rem; }
.counts table { width: 100%; break-inside: avoid; }
#controls { display: flex; flex-wrap: wrap; gap: .75rem; align-items: end; margin: 1rem 0; }
#controls[hidden] { display: none; }
#controls label { display: grid; gap: .25rem; color: var(--soft); font-size: .875rem; }
#controls label:first-child { flex: 1 1 16rem; }
input, select, th button { font: inherit; color: inherit; }
input, select { background: var(--back); color: var(--text); border: 1px solid var(--soft); border-radius: .375rem; padding: .375rem .5rem; font-size: 1rem; max-width: 100%; }
input:focus-visible, select:focus-visible, th button:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
#told { margin: 0; padding: .375rem 0; }
#packages { width: 100%; font-size: .9375rem; line-height: 1.35; }
#packages th, #packages td { text-align: left; vertical-align: top; white-space: normal; padding-left: 0; }
#packages .number { text-align: right; white-space: nowrap; }
#packages tbody th { overflow-wrap: anywhere; min-width: 12rem; }
#packages tbody td { min-width: 3.5rem; }
#packages td summary { padding: 0; min-width: 5.5rem; }
#packages .key { overflow-wrap: anywhere; }
#packages td, #packages th { padding-right: .75rem; }
#packages thead th { position: sticky; top: 0; background: var(--back); white-space: nowrap; }
th button { background: none; border: 0; padding: 0; font-weight: 600; cursor: pointer; color: var(--mark); }
[aria-sort=ascending] button::after { content: " \\2191"; }
[aria-sort=descending] button::after { content: " \\2193"; }
tr.fault th { border-left: .25rem solid var(--c5); padding-left: .5rem !important; }
.small { display: block; font-weight: 400; font-size: .8125rem; color: var(--soft); overflow-wrap: anywhere; }
.problem { color: var(--text); }
details ul { margin: .25rem 0; padding-left: 1.25rem; font-size: .875rem; }
@media (max-width: 48rem) {
  #packages thead { display: none; }
  #packages, #packages tbody, #packages tr, #packages th, #packages td { display: block; }
  #packages tr[hidden] { display: none; }
  #packages tr { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; margin: 0 0 .75rem; }
  #packages th, #packages td { border: 0; padding: .125rem 0; min-width: 0; }
  #packages td { display: grid; grid-template-columns: 6.5rem 1fr; gap: .5rem; }
  #packages td.number { text-align: left; }
  #packages td > .small { grid-column: 2; }
  #packages td:empty { display: none; }
  #packages td::before { content: attr(data-label); color: var(--soft); font-size: .875rem; }
  tr.fault { border-left: .25rem solid var(--c5) !important; }
  tr.fault th { border: 0 !important; padding-left: 0 !important; }
}
@media print {
  :root { color-scheme: light; --back: #fff; --text: #000; --soft: #444; --line: #bbb; --mark: #000; }
  @page { size: A4 landscape; margin: 12mm; }
  main { max-width: none; padding: 0; }
  body, .soft, dt, dd, caption, .small { font-size: 8pt; }
  #controls { display: none; }
  #packages, #packages .small { font-size: 7pt; }
  #packages td, #packages th { padding-right: 1rem; }
#packages thead th { position: static; }
  #packages tbody th, #packages tbody td { min-width: 0; }
  tr, dl div { break-inside: avoid; }
}
`;
