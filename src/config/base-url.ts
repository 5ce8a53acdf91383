import { z } from 'zod';
import { isWrittenPlainly } from '../model/inward.ts';

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/** What is wrong with the address of a vendor, as a sentence; null when nothing is. */
function baseUrlFault(text: string): string | null {
  const url = URL.parse(text);
  if (url === null || !/^https?:$/.test(url.protocol))
    return 'must be a URL such as https://example.atlassian.net';
  if (url.protocol === 'http:' && !LOOPBACK.has(url.hostname)) {
    return 'must begin with https://, because our credentials travel there; http:// is for this machine only (127.0.0.1, localhost)';
  }
  if (url.username !== '' || url.password !== '') {
    return 'must not hold a user or password; name environment variables instead';
  }
  if (!isWrittenPlainly(text, url))
    return `must be written as it is read: ${url.origin}, without another spelling of a number, a name or a slash`;
  if (url.search !== '' || url.hash !== '') return 'must end with its path, without ? or #';
  return null;
}

/** The address of a vendor or of an emulator: https, or http to this machine. */
export const BaseUrl = z
  .string()
  .max(500)
  .superRefine((text, context) => {
    const fault = baseUrlFault(text);
    if (fault !== null) context.addIssue({ code: 'custom', message: fault });
  });
