import { useEffect, useState } from 'preact/hooks';
import type { Theme } from '../parts/theme.tsx';

/** How the page looks, which its address holds alone. */
export function useThemeInAddress(): readonly [Theme, (theme: Theme) => void] {
  const [theme, setTheme] = useState(readTheme);
  useEffect(() => {
    const changed = (): void => setTheme(readTheme());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return [theme, writeTheme];
}

function readTheme(): Theme {
  const theme = new URLSearchParams(location.hash.replace(/^#/, '')).get('theme');
  return theme === 'light' || theme === 'dark' ? theme : null;
}

function writeTheme(theme: Theme): void {
  location.replace(theme === null ? '#theme' : `#theme=${theme}`);
}
