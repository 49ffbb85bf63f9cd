// What the pages of the site do in a browser: the search, the menu on small screens, and the decision table to try.
// Each function runs in the page, so it may use nothing from outside itself.
import type { SearchEntry } from './search.ts';

/** The search field, used by pointer or by keys, shows results while the user types. `/` focuses it. */
export function search(): void {
  const { searchIndex } = globalThis as unknown as { searchIndex: readonly SearchEntry[] };
  const root = document.body.dataset['root'] ?? '';
  const field = document.querySelector<HTMLInputElement>('#search');
  const list = document.querySelector<HTMLUListElement>('#results');
  if (!field || !list) return;
  let active = -1;

  const score = ({ title, on = '', text }: SearchEntry, terms: readonly string[]) => {
    const name = title.toLowerCase();
    const rest = `${on} ${text}`.toLowerCase();
    let sum = 0;
    for (const term of terms) {
      if (name === term) sum += 100;
      else if (name.startsWith(term)) sum += 60;
      else if (name.includes(term)) sum += 30;
      else if (rest.includes(term)) sum += 5;
      else return 0;
    }
    return on === '' ? sum + 40 : sum;
  };

  const options = () => [...list.querySelectorAll<HTMLElement>('[role=option]')];
  const activate = (index: number) => {
    const all = options();
    active = all.length === 0 ? -1 : (index + all.length) % all.length;
    for (const [at, option] of all.entries()) option.ariaSelected = String(at === active);
    const chosen = all[active];
    if (chosen) field.setAttribute('aria-activedescendant', chosen.id);
    chosen?.scrollIntoView({ block: 'nearest' });
  };
  const show = (isShown: boolean) => {
    list.hidden = !isShown;
    field.ariaExpanded = String(isShown);
    if (!isShown) field.removeAttribute('aria-activedescendant');
  };

  const find = () => {
    const terms = field.value.toLowerCase().split(/\s+/).filter(Boolean);
    const found = searchIndex
      .map((entry) => ({ entry, score: terms.length === 0 ? 0 : score(entry, terms) }))
      .filter((one) => one.score > 0)
      .toSorted((a, b) => b.score - a.score)
      .slice(0, 12);
    const items = found.map(({ entry }, at) => {
      const item = document.createElement('li');
      item.id = `result-${at}`;
      item.role = 'option';
      const link = document.createElement('a');
      link.href = root + entry.path;
      link.tabIndex = -1;
      link.textContent = entry.title;
      const where = document.createElement('small');
      where.textContent = entry.on ?? '';
      link.append(where);
      item.append(link);
      return item;
    });
    if (items.length === 0 && terms.length > 0) {
      const item = document.createElement('li');
      item.className = 'nothing';
      item.role = 'option';
      item.ariaDisabled = 'true';
      item.textContent = 'Nothing found.';
      items.push(item);
    }
    list.replaceChildren(...items);
    show(items.length > 0);
    active = -1;
  };

  field.addEventListener('input', find);
  field.addEventListener('focus', find);
  field.addEventListener('keydown', (event) => {
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      activate(event.key === 'ArrowDown' ? active + 1 : Math.max(active, 0) - 1);
    } else if (event.key === 'Enter') {
      (options()[Math.max(active, 0)]?.querySelector('a') ?? undefined)?.click();
    } else if (event.key === 'Escape') {
      show(false);
    }
  });
  document.addEventListener('pointerdown', (event) => {
    if (event.target instanceof Element && !event.target.closest('.search')) show(false);
  });
  document.addEventListener('keydown', (event) => {
    const typing = event.target instanceof Element && event.target.closest('input, textarea');
    if (event.key !== '/' || typing || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    field.focus();
  });
}

/** Folds the contents away on small screens, and scrolls the current page into view. */
export function menu(): void {
  const button = document.querySelector<HTMLButtonElement>('.menu');
  const contents = document.querySelector<HTMLElement>('#contents');
  if (!button || !contents) return;
  button.addEventListener('click', () => {
    const isOpen = document.body.classList.toggle('with-contents');
    button.ariaExpanded = String(isOpen);
  });
  const current = contents.querySelector<HTMLElement>('[aria-current]');
  if (current) contents.scrollTop = current.offsetTop - contents.clientHeight / 2;
}

/** Marks the row of the decision table that decides for the facts that the user has chosen. */
export function decisions(): void {
  const form = document.querySelector<HTMLFormElement>('form.decide');
  const rows = form?.dataset['rows'];
  const output = form?.querySelector('output');
  if (!form || !rows || !output) return;
  const boxes = [...form.querySelectorAll<HTMLInputElement>('input')];
  const decide = () => {
    const bits = boxes.reduce((sum, box, at) => sum + (box.checked ? 2 ** at : 0), 0);
    for (const row of document.querySelectorAll<HTMLElement>('table.decision tr[data-row]')) {
      const isIt = row.dataset['row'] === rows[bits];
      row.classList.toggle('decides', isIt);
      if (!isIt) continue;
      const [number, , dispatch, returns] = [...row.querySelectorAll('td')].map(
        (cell) => cell.textContent,
      );
      output.textContent = `Row ${number}: ${dispatch}. The call returns ${returns}.`;
    }
  };
  form.addEventListener('change', decide);
  decide();
}
