import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Names under which a browser that can be steered is found on PATH. */
const NAMES = ['chromium-headless-shell', 'chromium', 'google-chrome', 'chrome'] as const;
const FLAGS = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-extensions',
  '--hide-scrollbars',
  '--remote-debugging-port=0',
] as const;
const START_MS = 30_000;
const ANSWER_MS = 60_000;

/** What the browser tells by itself. */
export interface BrowserEvent {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

/** A page of a headless browser, steered by the DevTools protocol. */
export interface BrowserPage {
  send(method: string, params?: Readonly<Record<string, unknown>>): Promise<Readonly<Record<string, unknown>>>;
  /** What an expression gives in the page, as JSON has it */
  evaluate(expression: string): Promise<unknown>;
  /** What was told since the last call */
  takeEvents(): BrowserEvent[];
  close(): Promise<void>;
}

/** The browser's name on PATH; undefined where there is none. */
export const findBrowser = (): string | undefined =>
  NAMES.find((name) => spawnSync('which', [name], { stdio: 'ignore' }).status === 0);

/** Starts a browser with one empty page and a profile of its own, which goes with it. */
export async function openPage(browser: string): Promise<BrowserPage> {
  const profile = mkdtempSync(join(tmpdir(), 'twinfold-browser-'));
  const child = spawn(browser, [...FLAGS, `--user-data-dir=${profile}`, 'about:blank'], {
    stdio: ['ignore', 'ignore', 'pipe'],
    detached: true,
  });
  const stop = () => {
    if (child.pid !== undefined) {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // it has ended already
      }
    }
    rmSync(profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  };
  try {
    const address = await debuggerAddress(child);
    const origin = address.replace(/^ws:/, 'http:').replace(/\/devtools\/.*/, '');
    const targets: unknown = await (await fetch(`${origin}/json/list`)).json();
    return await steer(pageAddress(targets), stop);
  } catch (error) {
    stop();
    throw error;
  }
}

/** The browser says on standard error where it listens. */
function debuggerAddress(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    const timer = setTimeout(() => reject(new Error(`the browser did not start in ${START_MS / 1000} s`)), START_MS);
    child.stderr?.on('data', (bytes: Buffer) => {
      text += bytes.toString();
      const found = /DevTools listening on (ws:\S+)/.exec(text)?.[1];
      if (found === undefined) return;
      clearTimeout(timer);
      resolve(found);
    });
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`the browser ended with ${code}: ${text.slice(-400)}`));
    });
  });
}

function pageAddress(targets: unknown): string {
  for (const target of Array.isArray(targets) ? targets : []) {
    if (isRecord(target) && target.type === 'page' && typeof target.webSocketDebuggerUrl === 'string') {
      return target.webSocketDebuggerUrl;
    }
  }
  throw new Error('the browser has no page');
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

async function steer(address: string, stop: () => void): Promise<BrowserPage> {
  const socket = new WebSocket(address);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('open', () => resolve(), { once: true });
    socket.addEventListener('error', () => reject(new Error('the browser refused the connection')), { once: true });
  });
  let last = 0;
  let events: BrowserEvent[] = [];
  const waiting = new Map<
    number,
    { resolve(value: Readonly<Record<string, unknown>>): void; reject(error: Error): void }
  >();
  socket.addEventListener('message', ({ data }) => {
    const message: unknown = JSON.parse(String(data));
    if (!isRecord(message)) return;
    if (typeof message.id !== 'number') {
      const params = isRecord(message.params) ? message.params : {};
      events.push({ method: String(message.method), params });
      return;
    }
    const asked = waiting.get(message.id);
    waiting.delete(message.id);
    if (isRecord(message.error)) asked?.reject(new Error(String(message.error.message)));
    else asked?.resolve(isRecord(message.result) ? message.result : {});
  });
  const send: BrowserPage['send'] = (method, params = {}) =>
    new Promise((resolve, reject) => {
      const id = ++last;
      const timer = setTimeout(() => reject(new Error(`${method}: no answer in ${ANSWER_MS / 1000} s`)), ANSWER_MS);
      const settle =
        <T>(then: (value: T) => void) =>
        (value: T) => {
          clearTimeout(timer);
          then(value);
        };
      waiting.set(id, { resolve: settle(resolve), reject: settle(reject) });
      socket.send(JSON.stringify({ id, method, params }));
    });
  return {
    send,
    async evaluate(expression) {
      const { result, exceptionDetails } = await send('Runtime.evaluate', { expression, returnByValue: true });
      if (exceptionDetails !== undefined)
        throw new Error(`${expression.slice(0, 80)}: ${JSON.stringify(exceptionDetails)}`);
      return isRecord(result) ? result.value : undefined;
    },
    takeEvents() {
      const taken = events;
      events = [];
      return taken;
    },
    async close() {
      socket.close();
      stop();
    },
  };
}
