import { type KeyboardEvent, type RefObject, useEffect, useRef, useState } from 'react';

export interface MenuItem {
  readonly label: string;
  readonly danger?: boolean;
  run(): void;
}

interface ListProps {
  readonly items: readonly MenuItem[];
  readonly onChosen: () => void;
}

function List({ items, onChosen }: ListProps) {
  return (
    <div className="menu-list" role="menu">
      {items.map((item) => (
        <button
          key={item.label}
          type="button"
          role="menuitem"
          className={item.danger === true ? 'danger' : undefined}
          onClick={() => {
            onChosen();
            item.run();
          }}
        >
          {item.label}
        </button>
      ))}
    </div>
  );
}

/** Whether the menu is open; it closes at a click elsewhere, and its first item has the focus when it opens. */
function useOpen(box: RefObject<HTMLDivElement | null>) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    if (!open) return;
    box.current?.querySelector<HTMLButtonElement>('[role="menuitem"]')?.focus();
    const away = (event: PointerEvent) => {
      if (event.target instanceof Node && box.current?.contains(event.target) === false) setOpen(false);
    };
    document.addEventListener('pointerdown', away);
    return () => document.removeEventListener('pointerdown', away);
  }, [open, box]);
  return [open, setOpen] as const;
}

interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  /** Words on the button; three dots without them. */
  readonly shown?: string;
}

/** A button that opens a list of acts: arrow keys move, Esc closes, a click elsewhere closes. */
export function Menu({ label, items, shown }: MenuProps) {
  const box = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useOpen(box);
  const close = () => {
    setOpen(false);
    box.current?.querySelector<HTMLButtonElement>('[aria-haspopup]')?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const all = [...(box.current?.querySelectorAll<HTMLButtonElement>('[role="menuitem"]') ?? [])];
    const at = all.findIndex((button) => button.matches(':focus'));
    if (event.key === 'Escape' && open) {
      event.stopPropagation();
      close();
    } else if (event.key === 'ArrowDown') all[(at + 1) % all.length]?.focus();
    else if (event.key === 'ArrowUp') all[(at - 1 + all.length) % all.length]?.focus();
    else return;
    event.preventDefault();
  };

  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it only gathers the keys of the buttons inside
    <div className="menu" ref={box} onKeyDown={onKeyDown}>
      <button
        type="button"
        className={shown === undefined ? 'icon' : 'button small'}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-label={label}
        title={label}
        onClick={() => setOpen(!open)}
      >
        {shown ?? <span aria-hidden="true">⋯</span>}
      </button>
      {open && <List items={items} onChosen={close} />}
    </div>
  );
}
