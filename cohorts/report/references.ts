import { type Html, html } from './html.ts';

/** What the report's methods rest on; docs/sources.md says what was taken from each. */
export const REFERENCES: readonly string[] = [
  'Grandits T, Gillette K, Plank G, Pezzuto S. Med Image Anal 105:103641, 2025. Calibration of Purkinje–muscle junctions and velocities to the QRS (Geodesic-BP).',
  'Oaxaca R. Int Econ Rev 14:693–709, 1973; Blinder AS. J Hum Resour 8:436–455, 1973. Decomposition of a difference of means.',
  'Jann B. Stata J 8:453–479, 2008. Pooled decomposition with a group term.',
  'MacKinnon JG, White H. J Econometrics 29:305–325, 1985. HC3 standard errors.',
  'Efron B. J Am Stat Assoc 82:171–185, 1987. BCa bootstrap intervals.',
  'Welch BL. Biometrika 34:28–35, 1947. Means of groups of unequal variance.',
  'Austin PC. Stat Med 28:3083–3107, 2009. Standardised differences.',
  'Mosteller RD. N Engl J Med 317:1098, 1987. Body surface area.',
  'Holm S. Scand J Stat 6:65–70, 1979. A family of tests.',
  'Benjamini Y, Hochberg Y. J R Stat Soc B 57:289–300, 1995. False discovery rate.',
  'Shapley LS. In: Contributions to the Theory of Games II, Princeton, 307–317, 1953. Shares of a sum.',
  'Rubin DB. Multiple Imputation for Nonresponse in Surveys. Wiley, 1987. Combining imputed answers.',
];

/** The list of references as HTML. */
export const referenceList = (): Html =>
  html`<ol class="references">${REFERENCES.map((entry) => html`<li>${entry}</li>`)}</ol>`;
