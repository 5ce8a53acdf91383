import { useState } from 'react';
import { refusalOf } from './chosen-file.ts';
import { Clip, FileChip, FilePicker } from './files.tsx';
import type { FieldValue } from './form-schema.ts';

interface FormFilesProps {
  readonly label: string;
  /** How many the field takes. */
  readonly most: number;
  readonly ids: readonly string[];
  readonly onChange: (value: FieldValue) => void;
  readonly onFile: (file: File) => Promise<string | null>;
}

/** Files of a form. Each is uploaded when it is chosen, as in Slack; the form is sent with their ids. */
export function FormFiles({ label, most, ids, onChange, onFile }: FormFilesProps) {
  const [files, setFiles] = useState<ReadonlyMap<string, File>>(new Map());
  const [problem, setProblem] = useState<string | null>(null);
  const [busy, setBusy] = useState(false);
  const add = async (file: File) => {
    const refusal = refusalOf(file);
    setProblem(refusal);
    if (refusal !== null) return;
    setBusy(true);
    try {
      const id = await onFile(file);
      if (id === null) return setProblem(`${file.name} was not uploaded. Choose it again.`);
      setFiles((before) => new Map(before).set(id, file));
      onChange([...ids, id]);
    } catch (error) {
      setProblem(error instanceof Error ? error.message : `${file.name} could not be read.`);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      {ids.length > 0 && (
        <div className="files">
          {ids.map((id) => (
            <FileChip
              key={id}
              name={files.get(id)?.name ?? id}
              size={files.get(id)?.size ?? 0}
              onRemove={() => onChange(ids.filter((one) => one !== id))}
            />
          ))}
        </div>
      )}
      {ids.length < most && !busy && (
        <FilePicker label={`Add a file: ${label}`} look="button small" onFile={(file) => void add(file)}>
          <Clip /> Add a file
        </FilePicker>
      )}
      {busy && <p className="faint">Uploading…</p>}
      {problem !== null && (
        <p className="error" role="alert">
          {problem}
        </p>
      )}
    </>
  );
}
