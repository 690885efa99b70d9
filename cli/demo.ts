import type { Command } from 'commander';
import { FORMATS, reportFile, type ReportFile } from './report-option.ts';
import { type SelectionOptions, selectionFrom, withSelection } from './selection-options.ts';

/** `demo`: a mock identity provider, the reference API on embedded PostgreSQL, and the whole suite against it. */
export function demoCommand(program: Command): void {
  withSelection(program.command('demo'))
    .description('run the whole suite against the reference API; needs nothing but Node')
    .option('--report <format>=<path>', `also write a report: ${FORMATS.join(', ')}; repeatable`, reportFile)
    .action(async (options: SelectionOptions & { readonly report?: readonly ReportFile[] }) => {
      const { startDemoHost } = await import('./demo-launcher.ts');
      // Before all others: it loads its modules and starts PostgreSQL while they are loaded.
      const host = startDemoHost();
      const { startMockIdp } = await import('../mock-idp/index.ts');
      const idp = await startMockIdp();
      try {
        const { defaultContractPath, loadContract } = await import('../spec/index.ts');
        const { runAndReport } = await import('./run-suite.ts');
        const contract = await loadContract(defaultContractPath());
        const backend = { launcher: host.launcher(contract) };
        const settings = { corsOrigin: 'http://localhost:3000' };
        const select = selectionFrom(options);
        await runAndReport({ contract, idp, backend, settings, select }, options.report);
      } finally {
        await host[Symbol.asyncDispose]();
        await idp.close();
      }
    });
}
