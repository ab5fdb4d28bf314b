import type { VNode } from 'preact';
import { useState } from 'preact/hooks';
import { usePage } from '../state.ts';
import { visibleText } from '../text/pieces.ts';

/** Puts a text into the clipboard. */
export function CopyButton(props: { readonly text: string; readonly label: string; readonly small?: boolean }): VNode {
  const { text, label, small = false } = props;
  const { say } = usePage();
  const [state, setState] = useState<'ready' | 'copied' | 'failed'>('ready');
  const copy = (): void => {
    void copyText(text).then((copied) => {
      setState(copied ? 'copied' : 'failed');
      say(copied ? 'Copied' : 'The browser does not allow to copy: select the text instead');
      setTimeout(() => setState('ready'), 2_000);
    });
  };
  const words = { ready: 'Copy', copied: 'Copied', failed: 'Not allowed' }[state];
  return (
    <button type="button" class={small ? 'copy small' : 'copy'} aria-label={label} onClick={copy}>
      {words}
    </button>
  );
}

/** A command to run, as one can read and copy it. */
export function Command({ text, label }: { readonly text: string; readonly label: string }): VNode {
  const shown = visibleText(text);
  return (
    <div class="command">
      <span class="command-label">{label}</span>
      <code tabIndex={0} role="group" aria-label={label}>
        {shown}
      </code>
      <CopyButton text={text} label={`Copy: ${label}`} />
      {shown !== text && <p class="hint">It holds characters that cannot be seen; they are copied too.</p>}
    </div>
  );
}

async function copyText(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    // Not there, or not allowed, for a page that was opened as a file or in a frame.
    return copySelected(text);
  }
}

function copySelected(text: string): boolean {
  const focused = document.activeElement;
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'unseen';
  area.setAttribute('aria-hidden', 'true');
  document.body.append(area);
  area.select();
  try {
    // eslint-disable-next-line @typescript-eslint/no-deprecated -- nothing else copies where the clipboard is not to be had
    return document.execCommand('copy');
  } finally {
    area.remove();
    if (focused instanceof HTMLElement) focused.focus();
  }
}
