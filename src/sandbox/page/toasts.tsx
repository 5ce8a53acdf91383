import { useCallback, useEffect, useState } from 'react';

export interface Toast {
  readonly id: number;
  readonly text: string;
}

/** How long a message stays, in milliseconds. */
const STAY_MS = 9_000;

export function useToasts() {
  const [toasts, setToasts] = useState<readonly Toast[]>([]);
  const say = useCallback((text: string) => {
    setToasts((shown) => [...shown.filter((toast) => toast.text !== text), { id: performance.now(), text }]);
  }, []);
  const drop = useCallback((id: number) => {
    setToasts((shown) => shown.filter((toast) => toast.id !== id));
  }, []);
  return { toasts, say, drop };
}

function ToastShown({ toast, onGone }: { readonly toast: Toast; readonly onGone: (id: number) => void }) {
  useEffect(() => {
    const timer = setTimeout(() => onGone(toast.id), STAY_MS);
    return () => clearTimeout(timer);
  }, [toast.id, onGone]);
  return (
    <div className="toast">
      <p>{toast.text}</p>
      <button type="button" className="icon" aria-label="Dismiss" onClick={() => onGone(toast.id)}>
        <span aria-hidden="true">✕</span>
      </button>
    </div>
  );
}

export interface ToastsProps {
  readonly toasts: readonly Toast[];
  readonly onGone: (id: number) => void;
}

export function Toasts({ toasts, onGone }: ToastsProps) {
  return (
    <div className="toasts" role="status" aria-live="polite">
      {toasts.map((toast) => (
        <ToastShown key={toast.id} toast={toast} onGone={onGone} />
      ))}
    </div>
  );
}
