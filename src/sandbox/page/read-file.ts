import type { ChosenFile } from '../demo/act.ts';

/** The file as it travels to the demo. */
export function readFile(file: File): Promise<ChosenFile> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onerror = () => reject(new Error(`${file.name} could not be read.`));
    reader.onload = () => {
      const url = typeof reader.result === 'string' ? reader.result : '';
      resolve({ name: file.name, mime: file.type, content: url.slice(url.indexOf(',') + 1) });
    };
    reader.readAsDataURL(file);
  });
}
