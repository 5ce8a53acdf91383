/** What the demo takes, in bytes. */
const LARGEST_FILE = 5 * 1024 * 1024;

/** Why a file cannot be sent; null when it can. */
export function refusalOf({ name, size }: { readonly name: string; readonly size: number }): string | null {
  if (size === 0) return `${name} is empty. Choose another file.`;
  if (size > LARGEST_FILE) return `${name} has ${sizeText(size)}; the demo takes files up to 5 MB.`;
  return null;
}

/** "12 KB" */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} B`;
  const kilobytes = bytes / 1024;
  return kilobytes < 1024 ? `${Math.round(kilobytes)} KB` : `${(kilobytes / 1024).toFixed(1)} MB`;
}
