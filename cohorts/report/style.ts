/** The report's only style sheet: system fonts, a column that reads well, figures that print. */
export const STYLE = `
:root { --ink: #26231f; --soft: #6b655c; --line: #e2dcd3; --wash: #faf8f5; --accent: #0072b2; color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #fff; color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif; }
main { max-width: 52rem; margin: 0 auto; padding: 2.5rem 1.25rem 4rem; }
header { border-bottom: 3px solid var(--ink); padding-bottom: 1.2rem; margin-bottom: 1.6rem; }
.kicker { text-transform: uppercase; letter-spacing: .09em; font-size: .76rem; color: var(--soft); margin: 0 0 .35rem; }
h1 { font-size: 2.05rem; line-height: 1.15; letter-spacing: -.015em; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; letter-spacing: -.01em; margin: 2.8rem 0 .6rem; padding-top: .5rem; border-top: 1px solid var(--line); }
h3 { font-size: 1.02rem; margin: 1.6rem 0 .4rem; }
p, ul { margin: .5rem 0 .9rem; }
.meta { color: var(--soft); font-size: .9rem; margin: 0; overflow-wrap: anywhere; }
.headline { background: var(--wash); border-left: 4px solid var(--accent); padding: 1rem 1.3rem; margin: 1.4rem 0; }
.headline .answer { font-size: 1.18rem; line-height: 1.5; margin-top: 0; }
.headline .rests { color: var(--soft); font-size: .92rem; margin-bottom: 0; }
.synthetic { border: 1px solid #e69f00; background: #fff8e8; padding: .5rem .9rem; font-size: .95rem; }
.question { font-style: italic; }
details { border: 1px solid var(--line); border-radius: 6px; padding: .45rem .9rem; margin: .8rem 0; font-size: .93rem; background: var(--wash); }
summary { cursor: pointer; font-weight: 600; }
figure { margin: 1.5rem 0 1.8rem; break-inside: avoid; }
figure svg { display: block; width: 100%; height: auto; overflow: visible; }
figure img.activation { display: block; width: 100%; height: auto; margin-top: .3rem; }
figure > figcaption:first-child { margin: 0 0 .4rem; }
figcaption { font-size: .88rem; line-height: 1.45; color: var(--soft); margin-top: .5rem; }
figcaption b { color: var(--ink); }
.twins figure { margin: 1.1rem 0 1.6rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
th { text-align: left; border-bottom: 1.5px solid var(--ink); font-weight: 600; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
th, td { padding: .3rem .7rem .3rem 0; }
th:last-child, td:last-child { padding-right: 0; }
th.number, td.number { text-align: right; white-space: nowrap; }
td.word { min-width: 6rem; }
.flow { list-style: none; display: flex; flex-wrap: wrap; padding: 0; gap: .4rem 0; margin: 1rem 0; counter-reset: none; }
.flow li { flex: 1 1 7.5rem; border: 1px solid var(--line); padding: .6rem .8rem; background: var(--wash); margin-left: -1px; }
.flow b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums; }
.flow span { font-size: .86rem; color: var(--soft); }
code { font: .86em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
#columns code { overflow-wrap: normal; }
.references { font-size: .88rem; padding-left: 1.3rem; }
nav { font-size: .9rem; margin: 1rem 0; }
nav a { color: var(--accent); text-decoration: none; margin-right: 1rem; white-space: nowrap; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .8rem; color: var(--soft); font-size: .85rem; }
@media (max-width: 34rem) { main { padding: 1.4rem .9rem 3rem; } h1 { font-size: 1.6rem; } .headline .answer { font-size: 1.06rem; } figure:has(> svg) { overflow-x: auto; } figure > svg, figure img.activation { min-width: 34rem; } figcaption { position: sticky; left: 0; } }
@media print {
  @page { margin: 16mm 15mm; }
  html { font-size: 75%; }
  body { font-size: 10pt; }
  main { max-width: none; padding: 0; }
  nav { display: none; }
  h2, h3, caption { break-after: avoid; }
  tr, .flow { break-inside: avoid; }
  .scroll { overflow: visible; }
  #size-scatter { margin: 0; }
  #size-scatter svg { max-height: 76mm; }
  h2 { margin-top: 1.6rem; }
  .twins figure { margin: .5rem 0; }
  .twins figure svg, .twins figure img.activation { width: 86%; }
  #columns table { font-size: 7.5pt; }
  .headline, .flow li, details { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
