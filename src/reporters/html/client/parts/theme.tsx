import type { VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** `null` = what the system asks for. */
export type Theme = 'light' | 'dark' | null;

interface ThemeButtonProps {
  readonly theme: Theme;
  readonly choose: (theme: Theme) => void;
}

/** Changes between light and dark. */
export function ThemeButton({ theme: chosen, choose }: ThemeButtonProps): VNode {
  const dark = useDarkSystem();
  const shown = chosen ?? (dark ? 'dark' : 'light');
  const next = shown === 'dark' ? 'light' : 'dark';
  // What the system asks for anyway needs no word in the address.
  const theme = (next === 'dark') === dark ? null : next;
  return (
    <button type="button" class="plain theme" onClick={() => choose(theme)} aria-label={`Show it ${next}`}>
      <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
        <circle class="line" cx="8" cy="8" r="6" />
        <path class="solid" d="M8 2a6 6 0 0 1 0 12z" />
      </svg>
    </button>
  );
}

/** Shows the page so. */
export function useTheme(theme: Theme): void {
  useEffect(() => {
    if (theme === null) delete document.documentElement.dataset['theme'];
    else document.documentElement.dataset['theme'] = theme;
  }, [theme]);
}

function useDarkSystem(): boolean {
  const [dark, setDark] = useState(() => matchMedia('(prefers-color-scheme: dark)').matches);
  useEffect(() => {
    const query = matchMedia('(prefers-color-scheme: dark)');
    const changed = (): void => setDark(query.matches);
    query.addEventListener('change', changed);
    return () => query.removeEventListener('change', changed);
  }, []);
  return dark;
}
