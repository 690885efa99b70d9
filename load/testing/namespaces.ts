import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

/** Network namespaces joined by a bridge: machines of their own as far as the network goes. */
export interface Namespaces extends AsyncDisposable {
  /** Address of this machine as they see it. */
  readonly address: string;
  /** What to put before a command to run it in each. */
  readonly prefixes: readonly (readonly string[])[];
  /** Their own addresses. */
  readonly addresses: readonly string[];
}

const BRIDGE = 'gateproof0';
const NETWORK = '10.231.7';

/** Makes so many (iproute2, as root). Without the rights: a notice, or an error where GATEPROOF_REQUIRE names netns. */
export async function makeNamespaces(count: number): Promise<Namespaces | undefined> {
  const names = Array.from({ length: count }, (_, index) => `gateproof${index + 1}`);
  const dispose = async (): Promise<void> => {
    for (const name of names) await ip('netns', 'delete', name).catch(() => undefined);
    await ip('link', 'delete', BRIDGE).catch(() => undefined);
  };
  // What an interrupted run may have left.
  await dispose();
  try {
    await ip('link', 'add', BRIDGE, 'type', 'bridge');
    await ip('address', 'add', `${NETWORK}.1/24`, 'dev', BRIDGE);
    await ip('link', 'set', BRIDGE, 'up');
    for (const [index, name] of names.entries()) {
      const inside = ['-n', name];
      await ip('netns', 'add', name);
      await ip('link', 'add', `${name}o`, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', name);
      await ip('link', 'set', `${name}o`, 'master', BRIDGE, 'up');
      await ip(...inside, 'address', 'add', `${NETWORK}.${index + 2}/24`, 'dev', 'eth0');
      await ip(...inside, 'link', 'set', 'eth0', 'up');
    }
  } catch (error) {
    await dispose();
    if (process.env['GATEPROOF_REQUIRE']?.split(',').includes('netns') ?? false) throw error;
    process.stderr.write(
      'Load from several machines is not tested: network namespaces need root and iproute2.\n',
    );
    return undefined;
  }
  return {
    address: `${NETWORK}.1`,
    prefixes: names.map((name) => ['ip', 'netns', 'exec', name]),
    addresses: names.map((_, index) => `${NETWORK}.${index + 2}`),
    [Symbol.asyncDispose]: dispose,
  };
}

async function ip(...args: readonly string[]): Promise<void> {
  await promisify(execFile)('ip', [...args]);
}
