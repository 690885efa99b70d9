import { createHash } from 'node:crypto';
import type { Area } from '../../spec/index.ts';
import type { CheckResult, Report } from '../model.ts';
import { clean } from './clean.ts';
import type { ContractPlaces } from './contract-places.ts';
import { acceptedWords, detailsOf } from './details.ts';
import { referenceUrl } from './reference-url.ts';
import { isWaived } from '../verdict.ts';
import { standingOf } from './standing.ts';

/** GitHub takes as security alerts what has a severity; these areas are about how an answer looks or how fast it is. */
const NOT_SECURITY: ReadonlySet<Area> = new Set<Area>(['error-contract', 'evidence']);
const SEVERITY = { MUST: '8.0', SHOULD: '5.0', MAY: '2.0' } as const;
const SARIF_LEVEL = { MUST: 'error', SHOULD: 'warning', MAY: 'note' } as const;
const START = { startLine: 1, startColumn: 1, endLine: 1, endColumn: 2 };

/**
 * SARIF 2.1.0 for code scanning: what failed, each at its operation in the contract, accepted failures as suppressed. What
 * could not be tested is no result but a notification. One result per check, so GitHub's limits (25 000 results, of which it
 * shows 5000; 20 tags per rule) are never met. Nothing in it changes between runs that find the same.
 */
export function sarifReport(report: Report, places: ContractPlaces): string {
  const { gateproof, contract, summary, checks } = report;
  const failures = checks.filter(({ outcome }) => outcome === 'fail');
  const log = {
    $schema: 'https://json.schemastore.org/sarif-2.1.0.json',
    version: '2.1.0',
    runs: [
      {
        tool: {
          driver: {
            name: 'gateproof',
            semanticVersion: gateproof,
            version: gateproof,
            rules: failures.map(ruleOf),
          },
        },
        // Two APIs of one repository are two analyses.
        automationDetails: { id: `gateproof/${slug(contract.title)}/` },
        originalUriBaseIds: { '%SRCROOT%': { description: { text: 'The root of the repository.' } } },
        artifacts: [
          { location: locationOf(places), roles: ['analysisTarget'], hashes: { 'sha-256': contract.sha256 } },
        ],
        invocations: [
          {
            executionSuccessful: summary.verdict !== 'invalid',
            toolExecutionNotifications: notifications(report),
          },
        ],
        columnKind: 'utf16CodeUnits',
        results: failures.map((check, at) => resultOf(check, at, report, places)),
      },
    ],
  };
  return `${JSON.stringify(log, null, 2)}\n`;
}

function locationOf({ uri }: ContractPlaces): object {
  return { uri, uriBaseId: '%SRCROOT%' };
}

function ruleOf(check: CheckResult): object {
  const { id, area, level, title, sentence, remedy, references } = check;
  const [helpUri] = references.flatMap((reference) => referenceUrl(reference) ?? []);
  const sources = references.map((reference) => {
    const url = referenceUrl(reference);
    return url === undefined ? reference : `[${reference}](${url})`;
  });
  return {
    id,
    name: id.replace(/(?:^|-)([a-z0-9])/g, (_, first: string) => first.toUpperCase()),
    shortDescription: { text: title },
    fullDescription: { text: sentence },
    help: {
      text: `${sentence}\n\nFix: ${remedy}\n\nSee: ${references.join(', ')}`,
      markdown: `${sentence}\n\n**Fix:** ${remedy}\n\n**See:** ${sources.join(', ')}`,
    },
    ...(helpUri !== undefined && { helpUri }),
    defaultConfiguration: { level: SARIF_LEVEL[level] },
    properties: {
      tags: [...(NOT_SECURITY.has(area) ? [] : ['security']), 'gateproof', area, level],
      precision: 'very-high',
      'problem.severity': level === 'MUST' ? 'error' : level === 'SHOULD' ? 'warning' : 'recommendation',
      ...(!NOT_SECURITY.has(area) && { 'security-severity': SEVERITY[level] }),
    },
  };
}

function resultOf(check: CheckResult, ruleIndex: number, report: Report, places: ContractPlaces): object {
  const { id, level, title, expected, observed, operation, accepted } = check;
  const region = (operation === undefined ? undefined : places.operations.get(operation)) ?? START;
  return {
    ruleId: id,
    ruleIndex,
    kind: 'fail',
    level: SARIF_LEVEL[level],
    message: { text: clean(`${title}: expected ${expected}, but ${observed}`) },
    locations: [
      {
        physicalLocation: { artifactLocation: locationOf(places), region },
        ...(operation !== undefined && {
          logicalLocations: [{ fullyQualifiedName: operation, kind: 'function' }],
        }),
      },
    ],
    // The place may move within the document, and the fault is still the same.
    partialFingerprints: { primaryLocationLineHash: fingerprint(report.contract.title, id) },
    ...(accepted && {
      suppressions: [{ kind: 'external', status: 'accepted', justification: acceptedWords(accepted) }],
    }),
    properties: { standing: standingOf(check), details: detailsOf(check, report) },
  };
}

/** In the form of GitHub's own: 16 hexadecimal digits, and which of several with that hash it is. */
function fingerprint(...parts: readonly string[]): string {
  return `${createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16)}:1`;
}

function notifications({ checks, summary }: Report): readonly object[] {
  const note = (level: string, text: string, rule?: string): object => ({
    level,
    message: { text: clean(text) },
    ...(rule !== undefined && { descriptor: { id: rule } }),
  });
  return [
    ...(summary.verdict === 'invalid' ? [note('error', summary.reason ?? 'the run is no verdict')] : []),
    ...(summary.stale ?? []).map((sentence) => note('error', sentence)),
    ...checks
      .filter(({ outcome }) => outcome === 'not-testable')
      .map((check) => {
        const { id, level, observed } = check;
        const isMissing = level === 'MUST' && !isWaived(check, summary);
        return note(isMissing ? 'error' : 'warning', `${id} could not be tested: ${observed}`, id);
      }),
  ];
}

function slug(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
