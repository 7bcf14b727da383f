/** A lead's name inside a column's: `aVR` becomes `AVR`. */
export const leadInName = (lead: string): string => `${lead[0].toUpperCase()}${lead.slice(1)}`;
