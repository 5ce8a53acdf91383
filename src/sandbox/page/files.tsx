import { type ReactNode, useId } from 'react';
import type { PageFile } from '../demo/demo-state.ts';
import { sizeText } from './chosen-file.ts';
import { placed } from './placed.ts';

function Sheet() {
  return (
    <svg className="sheet" viewBox="0 0 20 24" aria-hidden="true">
      <path d="M2 1h10l6 6v16H2zM12 1v6h6" />
    </svg>
  );
}

export interface FileChipProps {
  readonly name: string;
  readonly size: number;
  /** Where it can be fetched; a file that was only chosen yet cannot. */
  readonly href?: string;
  readonly about?: ReactNode;
  readonly onRemove?: () => void;
}

/** One file: its name leads to its content. */
export function FileChip({ name, size, href, about, onRemove }: FileChipProps) {
  return (
    <div className="file">
      <Sheet />
      <span>
        {href === undefined ? (
          <b>{name}</b>
        ) : (
          <a href={href} download={name} title={`Download ${name}`}>
            {name}
          </a>
        )}
        <span className="faint">
          {sizeText(size)}
          {about}
        </span>
      </span>
      {onRemove !== undefined && (
        <button
          type="button"
          className="icon"
          aria-label={`Remove ${name}`}
          title="Remove"
          onClick={onRemove}
        >
          <span aria-hidden="true">✕</span>
        </button>
      )}
    </div>
  );
}

export function Files({ files }: { readonly files: readonly PageFile[] }) {
  if (files.length === 0) return null;
  return (
    <div className="files">
      {placed(files).map(({ key, part }) => (
        <FileChip key={key} {...part} />
      ))}
    </div>
  );
}

export interface FilePickerProps {
  readonly label: string;
  readonly look: string;
  readonly children: ReactNode;
  readonly onFile: (file: File) => void;
}

/** A button that lets the visitor choose a file of his machine. */
export function FilePicker({ label, look, children, onFile }: FilePickerProps) {
  const id = useId();
  return (
    <span className="picker">
      <input
        id={id}
        type="file"
        aria-label={label}
        onChange={(event) => {
          const file = event.target.files?.[0];
          // The same file may be chosen again.
          event.target.value = '';
          if (file !== undefined) onFile(file);
        }}
      />
      <label htmlFor={id} className={look} title={label}>
        {children}
      </label>
    </span>
  );
}

export function Clip() {
  return (
    <svg className="clip" viewBox="0 0 16 16" aria-hidden="true">
      <path d="m13.5 7.5-5.6 5.6a3.5 3.5 0 0 1-5-5l6-6a2.4 2.4 0 0 1 3.4 3.4l-5.9 5.9a1.2 1.2 0 0 1-1.7-1.7l5.2-5.2" />
    </svg>
  );
}
