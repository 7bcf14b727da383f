import { z } from 'zod';

/** Schemas of facts that several artifacts hold. */
export const findings = z.array(
  z.strictObject({
    code: z.string(),
    severity: z.enum(['repaired', 'warning']),
    message: z.string(),
    count: z.number().exactOptional(),
  }),
);
export const point = z.tuple([z.number(), z.number(), z.number()]).readonly();
