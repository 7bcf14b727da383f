/** How a page prints: no contents, nothing that scrolls, figures whole on one sheet, and links with where they lead. */
export const PRINT_STYLE = `@media print {
  @page { size: A4; margin: 15mm 14mm; }
  html { font-size: 75%; }
  body { font-size: 10pt; }
  .page { display: block; max-width: none; }
  main { max-width: none; padding: 0; }
  nav.beside, nav.above, .skip { display: none; }
  a { color: inherit; text-decoration: none; }
  main a[href^="subjects/"]::after, main a[href^="../"]::after { content: " (" attr(href) ")"; font-size: .85em; color: var(--soft); }
  a.csv::after { content: ": " attr(href); font-weight: 400; }
  h2, h3, caption, thead, .question { break-after: avoid; }
  h2 { margin-top: 1.6rem; }
  tr, figure, .headline, .failure { break-inside: avoid; }
  thead { display: table-header-group; }
  .scroll, .drawn { overflow: visible; }
  .drawn > svg, .drawn > img.activation { width: 100%; min-width: 0; max-height: 225mm; }
  #size-scatter svg { max-height: 90mm; }
  .twins figure { margin: .5rem 0; }
  .twins .drawn > svg, .twins .drawn > img.activation { width: 88%; }
  details { border: 0; padding: 0; background: none; }
  #columns table, #settings table { font-size: 7.5pt; }
  .headline, .failure, .synthetic, svg { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
}
`;
