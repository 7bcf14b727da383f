// Whether the worker in this container answers on its page of metrics: exit code 0 or 1.
const port = process.env.TWINFOLD_METRICS_PORT ?? '9464';
const isWell = await fetch(`http://127.0.0.1:${port}/metrics`, { signal: AbortSignal.timeout(8000) }).then(
  (answer) => answer.ok,
  () => false,
);
process.exit(isWell ? 0 : 1);
