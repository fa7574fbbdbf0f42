/** Style of the report: one column on a phone, several on a desk; black on white on paper. */
export const STYLE = `
:root { color-scheme: light; --ink: #1b1f24; --soft: #59636e; --line: #d8dee4; }
* { box-sizing: border-box; }
body { font: 15px/1.5 system-ui, sans-serif; color: var(--ink); background: #fff; max-width: 1100px; margin: 0 auto; padding: 16px; }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 0 .3em; }
h2 { font-size: 1.25rem; border-bottom: 2px solid var(--line); padding-bottom: .2em; margin: 1.6em 0 .6em; }
h3 { font-size: 1rem; margin: 1.4em 0 .4em; }
header p, .note, footer { color: var(--soft); font-size: .87rem; }
.warning { background: #fff4e5; border-left: 4px solid #d55e00; color: var(--ink); padding: .5em .8em; }
.scroll { overflow-x: auto; }
table { border-collapse: collapse; font-size: .87rem; font-variant-numeric: tabular-nums; }
th, td { padding: .3em .5em; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
th:first-child { text-align: left; }
thead th { color: var(--soft); font-weight: 600; vertical-align: bottom; white-space: normal; min-width: 4.2em; }
small { color: var(--soft); }
.charts { display: grid; grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); gap: 20px; align-items: start; margin: 1em 0; }
.chart svg { width: 100%; height: auto; max-width: 420px; display: block; }
.confusion caption { text-align: left; font-weight: 600; font-size: .87rem; padding-bottom: .4em; }
.confusion td { text-align: center; }
.confusion th, .confusion td { white-space: normal; }
.right { background: #e3f2ea; }
.wrong { background: #fde9dd; }
.cards { display: grid; grid-template-columns: repeat(auto-fill, minmax(160px, 1fr)); gap: 12px; }
figure { margin: 0; border: 1px solid var(--line); border-radius: 6px; overflow: hidden; break-inside: avoid; }
figure img { display: block; width: 100%; height: 170px; object-fit: contain; background: #f4f5f7; }
.blank { height: 170px; display: grid; place-items: center; background: #f4f5f7; color: var(--soft); }
figcaption { padding: .6em .8em; font-size: .82rem; overflow-wrap: anywhere; }
@media print {
  body { max-width: none; padding: 0; font-size: 11px; }
  section { break-inside: auto; }
  .charts, .confusion, tr { break-inside: avoid; }
  .scroll { overflow: visible; }
  th, td { padding: .2em .4em; white-space: normal; }
  .charts { grid-template-columns: repeat(3, 1fr); }
  * { print-color-adjust: exact; }
}
`;
