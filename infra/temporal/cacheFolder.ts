import { homedir } from 'node:os';
import { join } from 'node:path';

/** Folder of what is fetched or built once for a machine: TWINFOLD_CACHE, else `twinfold` in XDG_CACHE_HOME or ~/.cache. */
export function cacheFolder(environment: NodeJS.ProcessEnv = process.env): string {
  return environment.TWINFOLD_CACHE ?? join(environment.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'twinfold');
}
