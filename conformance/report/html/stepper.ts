// What a timeline does in a browser: one event is current; pointer and arrow keys move to another, in the
// list and in the drawing alike. Runs in the page, so it may use nothing from outside itself.

/** Brings every timeline on the page to life. */
export function initTimelines(): void {
  for (const figure of document.querySelectorAll<HTMLElement>('.timeline')) {
    const buttons = [...figure.querySelectorAll<HTMLButtonElement>('.events button')];
    const drawing = figure.querySelector<SVGSVGElement>('.canvas .trace');
    const canvas = figure.querySelector<HTMLElement>('.canvas');
    const cursor = drawing?.querySelector('.cursor');
    if (!drawing || !canvas || !cursor) continue;
    const hits = new Map(
      [...drawing.querySelectorAll<SVGElement>('.hit')].map((hit) => [hit.dataset['at'], hit]),
    );

    const select = (chosen: HTMLButtonElement, reveal: boolean) => {
      for (const button of buttons) {
        button.tabIndex = button === chosen ? 0 : -1;
        if (button === chosen) button.parentElement?.setAttribute('aria-current', 'step');
        else button.parentElement?.removeAttribute('aria-current');
      }
      const hit = hits.get(chosen.dataset['at']);
      cursor.setAttribute('x', hit?.getAttribute('x') ?? '-200');
      const left = Number(hit?.getAttribute('x') ?? 0);
      if (reveal) canvas.scrollLeft = left - canvas.clientWidth / 2;
    };

    for (const button of buttons) {
      button.addEventListener('click', () => select(button, true));
      button.addEventListener('keydown', (event) => {
        const here = buttons.indexOf(button);
        const to = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: buttons.length - 1 }[
          event.key
        ];
        const next = to === undefined ? undefined : buttons[to];
        if (!next) return;
        event.preventDefault();
        select(next, true);
        next.focus();
      });
    }
    for (const hit of hits.values()) {
      hit.addEventListener('click', () => {
        const button = buttons.find(({ dataset }) => dataset['at'] === hit.dataset['at']);
        if (button) select(button, false);
      });
    }
    const breaking = figure.querySelector<HTMLButtonElement>('.breaking button') ?? buttons.at(-1);
    if (breaking) select(breaking, true);
  }
  for (const button of document.querySelectorAll<HTMLButtonElement>('button.copy')) {
    button.addEventListener('click', () => {
      const source = button.parentElement?.querySelector('code');
      const told = button.textContent;
      const tell = (text: string) => {
        button.textContent = text;
        setTimeout(() => (button.textContent = told), 1_500);
      };
      navigator.clipboard.writeText(source?.textContent ?? '').then(
        () => tell('Copied'),
        () => {
          if (source) getSelection()?.selectAllChildren(source);
          tell('Selected');
        },
      );
    });
  }
}
