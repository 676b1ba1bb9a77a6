import { shown } from "./format.js";

/** Text that is HTML already. */
export class Html {
  constructor(readonly text: string) {}
}

type HtmlValue = string | number | Html | readonly Html[];

/** HTML. Escapes every value that is not HTML itself. */
export function html(
  parts: TemplateStringsArray,
  ...values: readonly HtmlValue[]
): Html {
  const text = parts.map((part, i) => {
    const value = values[i];
    return value === undefined ? part : part + textOf(value);
  });
  return new Html(text.join(""));
}

function textOf(value: HtmlValue): string {
  if (value instanceof Html) return value.text;
  if (typeof value === "string" || typeof value === "number")
    return escaped(shown(String(value)));
  return value.map(({ text }) => text).join("");
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** The look of our pages. Colours of text have a contrast of at least 4.5 to 1 in both schemes (WCAG 2.1, 1.4.3). */
export const PAGE_STYLE = `
:root { color-scheme: light dark; --back: #fff; --text: #1b1f24; --soft: #545b64; --line: #d5d9de; --mark: #0b5cad; --fill: #cfe2f5;
  --c0: #0b3c5d; --c1: #2a78ad; --c2: #58acd3; --c3: #a9d3e6; --c4: #d99a2b; --c5: #a8512f; }
@media (prefers-color-scheme: dark) {
  :root { --back: #14171a; --text: #e6e9ec; --soft: #a5adb6; --line: #3a4149; --mark: #6db3f2; --fill: #1f3d5a;
    --c0: #d3ebf8; --c1: #7cc0e6; --c2: #3f8fc0; --c3: #275e85; --c4: #e6b04f; --c5: #d07a55; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1rem; }
h1, h2, h3 { line-height: 1.2; overflow-wrap: anywhere; }
h2 { margin-top: 2.5rem; border-top: 1px solid var(--line); padding-top: 1rem; }
p, li { overflow-wrap: anywhere; }
.soft, .top, .axis, caption { color: var(--soft); font-size: .875rem; }
dl { display: grid; grid-template-columns: repeat(auto-fill, minmax(10rem, 1fr)); gap: .75rem; }
dl div { border: 1px solid var(--line); border-radius: .5rem; padding: .5rem .75rem; }
dt { color: var(--soft); font-size: .875rem; }
dd { margin: 0; font-size: 1.125rem; font-variant-numeric: tabular-nums; overflow-wrap: anywhere; }
figure { margin: 1rem 0; }
figcaption { font-weight: 600; }
.top { margin: .25rem 0 0; min-height: 1.3rem; }
.axis { display: flex; justify-content: space-between; margin: .25rem 0 0; }
svg.plot { display: block; width: 100%; height: 10rem; border-bottom: 1px solid var(--soft); }
.thin svg.plot { height: 2rem; border: 0; }
.thin rect { stroke: var(--back); stroke-width: 1; vector-effect: non-scaling-stroke; }
.thin .top { display: none; }
svg.key { width: .8rem; height: .8rem; }
.bar { fill: var(--mark); }
.area { fill: var(--fill); stroke: var(--mark); stroke-width: 2; vector-effect: non-scaling-stroke; }
.c0 { fill: var(--c0); } .c1 { fill: var(--c1); } .c2 { fill: var(--c2); } .c3 { fill: var(--c3); } .c4 { fill: var(--c4); } .c5 { fill: var(--c5); }
.scroll { overflow-x: auto; }
.scroll:focus-visible, summary:focus-visible { outline: 2px solid var(--mark); outline-offset: 2px; }
table { border-collapse: collapse; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .5rem 0; }
th, td { padding: .25rem .75rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; padding-left: 0; font-weight: 600; }
@media (max-width: 30rem) { th, td { padding: .25rem .375rem; } }
summary { cursor: pointer; color: var(--mark); padding: .25rem 0; }
`;
