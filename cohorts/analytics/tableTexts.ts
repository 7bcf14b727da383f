/** What each table that can be asked holds, in the order in which they are exported. */
export const TABLE_TEXTS: Readonly<Record<string, string>> = {
  cohort: 'One row a subject of the sample sheet, built or not.',
  quarantine: 'The subjects without a twin, and why.',
  dictionary: 'Every column of every table: type, unit, description, where it is defined.',
  costs: 'Times, memory, attempts, worker and device by subject and stage.',
  estimates: 'Every number of the report in one shape.',
  versions: 'Every set of tables that the run had or holds back.',
  history: 'Every row of every version that was published.',
  waveforms: 'Recorded and simulated beats, a row for each lead, samples as a list.',
  activation: 'Activation and repolarisation by segment of the ventricles.',
  reference: 'Every heart under one reference function.',
  swaps: 'Twins with parts exchanged between a woman and a man.',
  draws: 'Draws from the posterior of each twin.',
};

/** What is said of columns that no dictionary has, by table. */
export const COLUMN_TEXTS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  dictionary: {
    table: 'Table that the column stands in.',
    column: 'Name of the column.',
    type: 'text, number (64-bit), integer (32-bit), boolean, textList or numberList (32-bit).',
    unit: 'Unit; 1 for pure numbers, none for text.',
    description: 'What the column says.',
    source: 'Where it is defined.',
  },
  versions: {
    version: 'First twelve digits of the SHA-256 of its manifest.',
    status: 'published, held or rejected.',
    madeAt: 'When it was made, UTC.',
    publishedAt: "When it became the run's tables, UTC; none for one that never did.",
    subjects: '[1] Subjects of the sheet.',
    done: '[1] Subjects with a twin.',
    quarantined: '[1] Subjects without one.',
    computed: '[1] Twins that were computed for it rather than found.',
    isCurrent: "Whether it is the run's tables now.",
  },
  history: {
    version: 'Version that the row stands in.',
    publishedAt: 'When that version was published, UTC.',
  },
  estimates: {
    analysis: 'Name of the analysis.',
    estimand: 'What is estimated.',
    outcome: 'Column that it is about.',
    by: 'What it is adjusted for, or taken among.',
    unit: 'Unit of the estimate and its interval.',
    estimate: 'In the unit of its row.',
    low: 'Lower end of the 95 % interval.',
    high: 'Upper end of the 95 % interval.',
    std_error: 'Standard error.',
    p_value: '[1] Two-sided, of the estimate being 0.',
    interval: 'Where the interval comes from.',
    women: '[1] Women it rests on.',
    men: '[1] Men it rests on.',
    family: 'Family of tests within which its p value is adjusted.',
  },
};
