/**
 * What the page does beyond showing: filters, links to a check, copying, opening for print. Text, since it runs in a browser and not here. It
 * never makes HTML. Without it, the page shows every check.
 */
export const SCRIPT: string = `
'use strict';
const all = (selector) => [...document.querySelectorAll(selector)];
const checks = all('details.check');
const form = document.getElementById('filters');
const chips = all('#filters input[name=standing]');
const status = document.getElementById('shown');
const texts = new WeakMap();
const textOf = (check) => {
  if (!texts.has(check)) texts.set(check, check.textContent.toLowerCase());
  return texts.get(check);
};

function apply() {
  const wanted = new Set(chips.filter((chip) => chip.checked).map((chip) => chip.value));
  const words = form.text.value.toLowerCase().split(/\\s+/).filter(Boolean);
  let shown = 0;
  for (const check of checks) {
    const { standing, level, area, operation } = check.dataset;
    const fits =
      wanted.has(standing) &&
      (!form.level.value || form.level.value === level) &&
      (!form.area.value || form.area.value === area) &&
      (!form.operation.value || form.operation.value === operation) &&
      words.every((word) => textOf(check).includes(word));
    check.hidden = !fits;
    if (fits) shown += 1;
  }
  status.textContent = shown === checks.length ? 'All ' + shown + ' checks' : shown + ' of ' + checks.length + ' checks';
  document.getElementById('everything').hidden = shown === checks.length;
}

function showEverything() {
  for (const chip of chips) chip.checked = true;
  form.text.value = form.level.value = form.area.value = form.operation.value = '';
  apply();
}

function openLinked() {
  const check = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (!check || !check.matches('details.check')) return;
  if (check.hidden) showEverything();
  check.open = true;
  check.scrollIntoView();
  check.firstElementChild.focus({ preventScroll: true });
}

form.addEventListener('input', apply);
form.addEventListener('submit', (event) => event.preventDefault());
document.getElementById('everything').addEventListener('click', showEverything);
document.getElementById('unfold').addEventListener('click', (event) => {
  const shown = checks.filter((check) => !check.hidden);
  const open = shown.some((check) => !check.open);
  for (const check of shown) check.open = open;
  event.target.textContent = open ? 'Close all' : 'Open all';
});
for (const cell of all('.cell')) {
  cell.addEventListener('click', () => {
    showEverything();
    form.area.value = cell.dataset.area;
    form.operation.value = cell.dataset.operation;
    apply();
    document.getElementById('checks').scrollIntoView();
    form.text.focus({ preventScroll: true });
  });
}
for (const button of all('button.copy')) {
  button.hidden = false;
  button.addEventListener('click', async () => {
    const source = button.closest('figure').querySelector('pre');
    try {
      await navigator.clipboard.writeText(source.textContent);
      button.textContent = 'Copied';
      setTimeout(() => (button.textContent = 'Copy'), 1500);
    } catch {
      getSelection().selectAllChildren(source);
    }
  });
}
document.addEventListener('keydown', (event) => {
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|SELECT)$/.test(event.target.tagName)) return;
  event.preventDefault();
  form.text.focus();
});
let opened = [];
addEventListener('beforeprint', () => {
  opened = checks.filter((check) => !check.hidden && !check.open && check.dataset.standing !== 'passed');
  for (const check of opened) check.open = true;
});
addEventListener('afterprint', () => opened.forEach((check) => (check.open = false)));
addEventListener('hashchange', openLinked);
form.hidden = false;
all('.status').forEach((line) => (line.hidden = false));
apply();
// A browser goes to the address once the page is loaded, and moves the focus then.
addEventListener('load', openLinked);
`;
