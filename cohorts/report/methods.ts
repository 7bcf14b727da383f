import { type Html, html } from './html.ts';
import { bullets, dataTable } from './markup.ts';
import { referenceList } from './references.ts';
import type { ReportInput } from './reportInput.ts';
import type { Page } from './sections/page.ts';

/** How the numbers were made: text for a paper's methods section, versions, settings, references. */
export function methodsPage({ manifest }: ReportInput): Page {
  const { resamples, seed, level } = manifest.bootstrap;
  const software = Object.entries(manifest.software).map(([name, version]) => `${name} ${version}`);
  const percentLevel = `${Math.round(100 * level)} %`;
  return {
    id: 'methods',
    title: 'Methods',
    body: html`<p>Each subject’s ventricles were taken as a tetrahedral mesh with fibre directions. Activation was computed from an anisotropic eikonal equation whose sources are Purkinje–muscle junctions inside the subendocardial layer, and the QRS complex from a lead field in a homogeneous torso. Junction positions and times and the conduction velocities of each ventricle were fitted to the recorded QRS by damped Gauss–Newton steps from coarse to fine meshes, with a Gaussian prior on the logarithm of each velocity [1]. Where the recording shows a T wave, activation–recovery intervals were fitted to it with the activation held, as a baseline, gradients over the ventricles and a dependence on activation time. QRS duration was delineated with the same rules on the recorded and on the simulated beat.</p>
<p>The sex gap (men − women) was decomposed after Oaxaca and Blinder with the slopes of one regression over both sexes that holds a sex term [2, 3]; the three-fold form is given beside it. Regressions are ordinary least squares with HC3 standard errors [4] and t intervals; sex is coded 1 for women. Intervals of decompositions, velocity differences and ratios are bias-corrected accelerated bootstrap intervals [5] at ${percentLevel} from ${resamples.toLocaleString('en-GB')} resamples of subjects within each sex (seed ${seed}). Means of two groups were compared by Welch’s test [6]. Quarantined against finished subjects: Fisher’s exact test for sex, standardised differences [7] and permutation tests for age and body size. Body surface area is √(height · weight/3600) with cm and kg [8]. Where several tests ask one question, their p values are also given after Holm [9] and as Benjamini and Hochberg’s q values [10] within that family; intervals are not adjusted and should be read as descriptions. Parts exchanged between twins are shared out by Shapley’s value [11]; what is not known of each twin is carried into group answers by Rubin’s rules [12]. Each analysis states its own definition and assumptions where it stands; one without the tables that it needs says so and gives no number.</p>
<p>Computed with ${software.length > 0 ? software.join(', ') : 'versions that the manifest does not name'}.</p>
${settingsTable(manifest.settings)}${hashTable(manifest.hashes)}<h3>References</h3>${referenceList()}`,
  };
}

/** What this analysis cannot say. */
export function limitsPage({ manifest }: ReportInput): Page {
  const limits = [
    'The decomposition is a regression, not an experiment: it tells how much of the gap goes with size, not what would happen if sizes were changed.',
    'A good fit of the ECG is not a good activation map. Different maps and velocities give the same twelve leads; velocities and the timing of the Purkinje–muscle junctions trade off.',
    'The prior draws velocities together, so that sex differences in them are understated, never overstated, by it.',
    'The torso is homogeneous: lungs, blood and bone are not in it, and a difference in them between the sexes ends up in the fitted parameters.',
    'Electrodes that were placed by the torso model rather than measured carry the model’s assumptions about sex and body size into every velocity.',
    'Intervals describe the sampling of subjects; they do not hold the error of segmentation, electrode positions or delineation.',
  ];
  const synthetic = manifest.isSynthetic
    ? [
        'These subjects are made up. The result tells how well the pipeline recovers what was planted, and nothing about people.',
      ]
    : [];
  return { id: 'limits', title: 'Limits', body: bullets([...synthetic, ...limits]) };
}

function settingsTable(settings: Readonly<Record<string, unknown>>): Html {
  const rows = flatten(settings, '');
  return rows.length === 0
    ? html``
    : html`<details><summary>Settings of the study</summary>${dataTable<readonly [string, string]>({
        id: 'settings',
        caption: 'Settings by name as in the study file',
        columns: [
          { title: 'Setting', show: ([name]) => html`<code>${name}</code>`, csv: [['setting', ([name]) => name]] },
          { title: 'Value', show: ([, value]) => value, csv: [['value', ([, value]) => value]] },
        ],
        rows,
      })}</details>`;
}

function hashTable(hashes: Readonly<Record<string, string>>): Html {
  const rows = Object.entries(hashes);
  return rows.length === 0
    ? html``
    : html`<details><summary>Files this report rests on</summary>${dataTable<readonly [string, string]>({
        id: 'files',
        caption: 'Published files by their SHA-256',
        columns: [
          { title: 'File', show: ([name]) => name, csv: [['file', ([name]) => name]] },
          { title: 'Hash', show: ([, hash]) => html`<code>${hash}</code>`, csv: [['sha256', ([, hash]) => hash]] },
        ],
        rows,
      })}</details>`;
}

/** Nested settings as dotted names, in their order. */
function flatten(value: unknown, prefix: string): [string, string][] {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
    return Object.entries(value).flatMap(([name, inner]) => flatten(inner, prefix ? `${prefix}.${name}` : name));
  }
  return [[prefix, typeof value === 'string' ? value : (JSON.stringify(value) ?? '')]];
}
