import type { Readable } from 'node:stream';

/** Keeps what a process writes to its output and its errors. Gives all of it so far. */
export function keepOutput(child: { readonly stdout: Readable; readonly stderr: Readable }): () => string {
  let output = '';
  const keep = (chunk: Buffer) => {
    output += chunk;
  };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  return () => output;
}
