import type { Progress } from '../conformance/index.ts';

export interface ProgressLine {
  readonly update: (progress: Progress) => void;
  /** Takes the line away. */
  readonly end: () => void;
}

/** Where a run stands: one line that changes on a terminal, one plain line per phase elsewhere. On the error output. */
export function showProgress(stream: NodeJS.WriteStream = process.stderr): ProgressLine {
  let phase = '';
  const clear = (): void => {
    if (stream.isTTY) stream.write('\r\u001b[K');
  };
  return {
    update: (progress) => {
      if (progress.kind === 'phase') {
        phase = progress.name;
        stream.write(stream.isTTY ? `\r\u001b[K${phase}` : `gateproof: ${phase}\n`);
      } else if (stream.isTTY) {
        const line = `${progress.done}/${progress.total}  ${phase}: ${progress.id}`;
        stream.write(`\r\u001b[K${line.slice(0, (stream.columns || 80) - 1)}`);
      }
    },
    end: clear,
  };
}
