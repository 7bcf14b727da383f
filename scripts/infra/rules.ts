import { parse } from 'yaml';
import { z } from 'zod';
import { namesIn } from './promqlNames.ts';

const rulesSchema = z.object({
  groups: z.array(
    z.object({
      rules: z.array(
        z.object({
          record: z.string().optional(),
          alert: z.string().optional(),
          expr: z.string(),
          labels: z.record(z.string(), z.string()).optional(),
          annotations: z.record(z.string(), z.string()).optional(),
        }),
      ),
    }),
  ),
});
export type Rule = z.infer<typeof rulesSchema>['groups'][number]['rules'][number];

/** Rules of a Prometheus rule file. @throws ZodError where it is none */
export const readRules = (text: string): Rule[] => rulesSchema.parse(parse(text)).groups.flatMap(({ rules }) => rules);

/** Recorded names with the labels that their sums keep. */
export const recordedNames = (rules: readonly Rule[]): Record<string, readonly string[]> =>
  Object.fromEntries(
    rules.flatMap(({ record, expr }) =>
      record === undefined ? [] : [[record, namesIn(expr).kept.filter((label) => label !== 'le')]],
    ),
  );

const boardSchema = z.object({
  panels: z.array(
    z.object({
      title: z.string(),
      type: z.string(),
      description: z.string().optional(),
      targets: z.array(z.object({ expr: z.string(), legendFormat: z.string() })).optional(),
    }),
  ),
});
export type Board = z.infer<typeof boardSchema>;

/** A Grafana dashboard's panels. @throws ZodError where it is none */
export const readBoard = (text: string): Board => boardSchema.parse(JSON.parse(text));
