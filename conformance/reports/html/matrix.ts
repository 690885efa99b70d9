import { type Area, AREAS } from '../../../spec/index.ts';
import type { CheckResult, Report } from '../../model.ts';
import { countStandings, STANDINGS, standingWords } from '../standing.ts';
import { MARKS, NO_OPERATION } from './check.ts';
import { markup, type Markup } from './markup.ts';

/** `algorithms and keys` */
export function areaWords(area: Area): string {
  return area === 'jwks' ? 'JWKS' : area.replaceAll('-', ' ');
}

/** Operations down, areas across, in each cell the worst that was found. A cell leads to its checks. */
export function matrix({ contract, checks }: Report): Markup {
  const areas = AREAS.filter((area) => checks.some((check) => check.area === area));
  const used = new Set(checks.map(({ operation = NO_OPERATION }) => operation));
  const rows = contract.operations.filter(({ id }) => used.has(id));
  return markup`<div class="scroll matrix">
    <table>
      <thead>
        <tr>
          <th scope="col">Operation</th>
          ${areas.map((area) => markup`<th scope="col"><span>${areaWords(area)}</span></th>`)}
        </tr>
      </thead>
      <tbody>
        ${rows.map(({ id, method, path }) => row(id, markup`<span class="verb">${method}</span> <code>${breakable(path)}</code>`, areas, checks))}
        ${used.has(NO_OPERATION) ? row(NO_OPERATION, markup`No single operation`, areas, checks) : undefined}
      </tbody>
    </table>
  </div>`;
}

/** A path may be broken behind its slashes, and not within a name. */
function breakable(path: string): Markup {
  return markup`${path.split(/(?<=\/)/).map((part) => markup`${part}<wbr>`)}`;
}

function row(id: string, label: Markup, areas: readonly Area[], checks: readonly CheckResult[]): Markup {
  const own = checks.filter(({ operation = NO_OPERATION }) => operation === id);
  return markup` <tr>
    <th scope="row">${label}</th>
    ${areas.map((area) =>
      cell(
        id,
        area,
        own.filter((check) => check.area === area),
      ),
    )}
  </tr>`;
}

function cell(operation: string, area: Area, checks: readonly CheckResult[]): Markup {
  if (checks.length === 0) return markup`<td>·</td>`;
  const counts = [...countStandings(checks)].filter(([, count]) => count > 0);
  const [worst = STANDINGS[0] ?? 'failed', number = 0] = counts[0] ?? [];
  const words = counts.map(([standing, count]) => `${count} ${standingWords(standing)}`).join(', ');
  const rest = number < checks.length ? markup`<small> of ${checks.length}</small>` : undefined;
  return markup`<td>
    <button
      type="button"
      class="cell ${worst}"
      data-area="${area}"
      data-operation="${operation}"
      title="${areaWords(area)}: ${words}"
      aria-label="${areaWords(area)}: ${words}"
    >
      ${MARKS[worst]} ${number}${rest}
    </button>
  </td>`;
}
