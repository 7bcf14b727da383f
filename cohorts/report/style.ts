import { PAPER, TEXT_COLOUR } from './palette.ts';
import { PRINT_STYLE } from './printStyle.ts';

/** Figures are at least this wide, in CSS pixels, so that no word in them falls under 12 of them; a narrow page scrolls them within their frame. */
const FIGURE_MIN = '44rem';

/** The only style sheet of a page: system fonts, a column that reads well beside its contents, figures that print. */
export const STYLE = `
:root { --ink: ${TEXT_COLOUR.ink}; --soft: ${TEXT_COLOUR.soft}; --line: #e2dcd3; --wash: ${PAPER.wash}; --accent: ${TEXT_COLOUR.link}; color-scheme: light; }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: ${PAPER.page}; color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Helvetica Neue", Arial, "Noto Sans", sans-serif; }
.page { max-width: 76rem; margin: 0 auto; display: grid; grid-template-columns: minmax(0, 1fr); }
main { max-width: 53rem; width: 100%; margin: 0 auto; padding: 2.2rem 1.25rem 4rem; min-width: 0; }
a { color: var(--accent); text-decoration-thickness: 1px; text-underline-offset: 2px; }
:focus-visible { outline: 3px solid var(--accent); outline-offset: 2px; border-radius: 2px; }
.skip { position: absolute; left: -100rem; top: 0; background: ${PAPER.page}; padding: .5rem 1rem; z-index: 2; }
.skip:focus { left: .5rem; top: .5rem; }
nav ul { list-style: none; margin: 0; padding: 0; }
nav a { color: var(--ink); text-decoration: none; }
nav a:hover { color: var(--accent); text-decoration: underline; }
nav.beside { display: none; font-size: .85rem; line-height: 1.35; }
nav.beside p { text-transform: uppercase; letter-spacing: .09em; font-size: .75rem; color: var(--soft); margin: 0 0 .6rem; }
nav.beside li { padding: .22rem 0 .22rem .7rem; border-left: 2px solid var(--line); }
nav.beside li:hover { border-color: var(--accent); }
nav.above li { padding: .15rem 0; }
header { border-bottom: 3px solid var(--ink); padding-bottom: 1.1rem; margin-bottom: 1.4rem; }
.kicker { text-transform: uppercase; letter-spacing: .09em; font-size: .76rem; color: var(--soft); margin: 0 0 .35rem; }
h1 { font-size: 2.05rem; line-height: 1.15; letter-spacing: -.015em; margin: 0 0 .4rem; overflow-wrap: anywhere; }
h2 { font-size: 1.35rem; line-height: 1.3; letter-spacing: -.01em; margin: 2.8rem 0 .6rem; padding-top: .5rem; border-top: 1px solid var(--line); }
h2.first { margin-top: 1.2rem; border-top: 0; padding-top: 0; }
h3 { font-size: 1.02rem; margin: 1.6rem 0 .4rem; }
p, ul { margin: .5rem 0 .9rem; }
.meta { color: var(--soft); font-size: .9rem; margin: 0; overflow-wrap: anywhere; }
.headline { background: var(--wash); border-left: 4px solid var(--accent); padding: 1rem 1.3rem; margin: .8rem 0 1.4rem; }
.headline .answer { font-size: 1.18rem; line-height: 1.5; margin-top: 0; }
.headline .rests { color: var(--soft); font-size: .92rem; margin-bottom: 0; }
.synthetic { border: 1px solid #e69f00; background: ${PAPER.warning}; padding: .5rem .9rem; font-size: .95rem; }
.failure { border-left: 4px solid #d55e00; background: ${PAPER.warning}; padding: .8rem 1.2rem; margin: 1rem 0; }
.failure p:first-child { margin-top: 0; font-size: 1.1rem; overflow-wrap: anywhere; }
.question { font-style: italic; }
details { border: 1px solid var(--line); border-radius: 6px; padding: .45rem .9rem; margin: .8rem 0; font-size: .93rem; background: var(--wash); }
summary { cursor: pointer; font-weight: 600; }
figure { margin: 1.5rem 0 1.8rem; break-inside: avoid; }
.drawn { --plot-background: ${PAPER.page}; }
.drawn text { white-space: pre; }
.drawn > svg, .drawn > img.activation { display: block; width: 100%; height: auto; overflow: visible; }
.drawn > img.activation { margin-top: .3rem; }
figure > figcaption:first-child { margin: 0 0 .4rem; }
figcaption { font-size: .88rem; line-height: 1.45; color: var(--soft); margin-top: .5rem; overflow-wrap: break-word; }
figcaption b { color: var(--ink); }
.twins figure { margin: 1.1rem 0 1.6rem; }
.scroll { overflow-x: auto; margin: 1rem 0; }
table { border-collapse: collapse; width: 100%; font-size: .86rem; line-height: 1.4; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: .4rem; }
a.csv { font-weight: 400; font-size: .8rem; margin-left: .4rem; }
th { text-align: left; font-weight: 600; vertical-align: bottom; }
thead th { border-bottom: 1.5px solid var(--ink); }
tbody th { font-weight: 400; vertical-align: top; }
td, tbody th { border-bottom: 1px solid var(--line); vertical-align: top; overflow-wrap: break-word; }
th, td { padding: .3rem .7rem .3rem 0; }
tr > :last-child { padding-right: 0; }
th.number, td.number { text-align: right; white-space: nowrap; }
thead th.number { white-space: normal; }
td.word, tbody th.word { min-width: 6rem; }
small { color: var(--soft); font-size: .82rem; }
svg.strip { display: block; width: 15rem; height: 1.5rem; overflow: visible; }
code { font: .86em ui-monospace, SFMono-Regular, Menlo, Consolas, monospace; overflow-wrap: anywhere; }
#columns code { overflow-wrap: normal; }
.references { font-size: .88rem; padding-left: 1.3rem; }
.steps { display: flex; justify-content: space-between; gap: 1rem; font-size: .9rem; flex-wrap: wrap; }
footer { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: .8rem; color: var(--soft); font-size: .85rem; }
@media (min-width: 64rem) {
  .page { grid-template-columns: 14.5rem minmax(0, 1fr); }
  nav.beside { display: block; position: sticky; top: 0; align-self: start; max-height: 100vh; overflow-y: auto; padding: 2.4rem .6rem 1.5rem 1.25rem; }
  nav.above { display: none; }
}
@media screen and (max-width: 50rem) {
  main { padding: 1.3rem 1rem 3rem; }
  h1 { font-size: 1.6rem; }
  .headline .answer { font-size: 1.06rem; }
  .drawn { overflow-x: auto; padding-bottom: .3rem; }
  figcaption::before { content: "Scrolls sideways. "; font-style: italic; }
  .drawn > svg, .drawn > img.activation { width: ${FIGURE_MIN}; min-width: ${FIGURE_MIN}; }
}
${PRINT_STYLE}`;
