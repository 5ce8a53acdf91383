import { useEffect, useRef } from 'react';

/** Keeps a list at its newest entry whenever `key` changes: another channel, or one more message. */
export function useStickToEnd(key: string) {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = list.current;
    if (key !== '' && element !== null) element.scrollTop = element.scrollHeight;
  }, [key]);
  return list;
}
