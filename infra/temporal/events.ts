/** Where a Temporal command-line tool can come from, in the order in which it is looked for. */
export type CliOrigin = 'path' | 'cache' | 'download' | 'wheel' | 'go';

/** What is told while a server is found and started; a caller makes sentences of it. */
export type ServerEvent =
  | { readonly type: 'looking'; readonly origin: CliOrigin }
  | { readonly type: 'not-there'; readonly origin: CliOrigin; readonly reason: string }
  | { readonly type: 'found'; readonly origin: CliOrigin; readonly path: string; readonly version: string }
  | { readonly type: 'address-given'; readonly address: string }
  | { readonly type: 'ending-older'; readonly pid: number }
  | { readonly type: 'starting'; readonly address: string; readonly databaseFile: string }
  | { readonly type: 'restarted'; readonly pid: number; readonly reason: string }
  | { readonly type: 'healthy'; readonly address: string; readonly uiUrl: string | undefined; readonly seconds: number }
  | { readonly type: 'stopped' };

export type OnServerEvent = (event: ServerEvent) => void;
