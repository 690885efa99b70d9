import type { Progress } from '../conformance/index.ts';

export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

/** Where nobody sees a line change, how often a new one says that the run goes on, in milliseconds. */
const REMINDER_MS = 15_000;

/**
 * Where a run stands: one line that changes on a terminal; elsewhere one plain line per phase, and one every fifteen
 * seconds. On the error output.
 */
export function showProgress(
  stream: Pick<NodeJS.WriteStream, 'isTTY' | 'columns' | 'write'> = process.stderr,
  now: () => number = Date.now,
): ProgressLine {
  let phase = '';
  let said = now();
  const clear = (): void => {
    if (stream.isTTY) stream.write('\r\u001b[K');
  };
  return {
    update: (progress) => {
      if (progress.kind === 'phase') {
        phase = progress.name;
        said = now();
        stream.write(stream.isTTY ? `\r\u001b[K${phase}` : `gateproof: ${phase}\n`);
      } else if (stream.isTTY) {
        const line = `${progress.done}/${progress.total}  ${phase}: ${progress.id}`;
        stream.write(`\r\u001b[K${line.slice(0, (stream.columns || 80) - 1)}`);
      } else if (now() - said >= REMINDER_MS) {
        said = now();
        stream.write(`gateproof: ${phase}, ${progress.done} of ${progress.total} checks done\n`);
      }
    },
    end: clear,
  };
}
