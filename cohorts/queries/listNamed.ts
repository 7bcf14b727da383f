import { namedQueries } from './index.ts';
import type { QueryParameter } from './namedQuery.ts';

/** Every named query with its parameters, for people. */
export function listNamed(): string {
  return namedQueries
    .map(({ name, description, parameters, needs }) => {
      const lines = [
        `@${name}`,
        `    ${description}`,
        ...parameters.map((parameter) => `      ${parameterLine(parameter)}`),
      ];
      if (needs.length > 0) lines.push(`      asks ${needs.join(', ')} beside the cohort`);
      return lines.join('\n');
    })
    .join('\n');
}

function parameterLine({ name, description, unit, default: value }: QueryParameter): string {
  const ofUnit = unit === undefined || unit === '1' ? '' : `, ${unit}`;
  return `${name}=${value ?? '…'}  ${description}${ofUnit}${value === undefined ? ' (must be given)' : ''}`;
}
