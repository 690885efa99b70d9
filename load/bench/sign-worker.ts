import { generateKeyPairSync, sign } from 'node:crypto';
import { parentPort, workerData } from 'node:worker_threads';

/** Signs for so many milliseconds with a key of its own, and tells its parent how many signatures that were. */
const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const input = Buffer.alloc(384, 'a');
sign('sha256', input, privateKey);
parentPort?.once('message', () => {
  const end = performance.now() + Number(workerData);
  let count = 0;
  for (; performance.now() < end; count += 1) sign('sha256', input, privateKey);
  parentPort?.postMessage(count);
});
parentPort?.postMessage('ready');
