import type { Ref, VNode } from 'preact';
import { usePage } from './state.ts';

const keys = [
  { keys: ['/'], does: 'search the tests' },
  { keys: ['j', 'k'], does: 'next and previous failure or test' },
  { keys: ['Enter'], does: 'open it' },
  { keys: ['Esc'], does: 'close it' },
  { keys: ['←', '→', '↑', '↓'], does: 'go through the timeline' },
  { keys: ['?'], does: 'show this' },
] as const;

const searches = [
  { text: 'login timeout', finds: 'both words, in names, files, tasks and messages' },
  { text: '"not found"', finds: 'a phrase' },
  { text: '-slow', finds: 'what does not have the word' },
  { text: 'file:api task:unit name:x class:y', finds: 'a word in one place' },
  { text: '>2s <500ms', finds: 'by duration' },
] as const;

/** What keys and searches can do. */
export function Help({ dialog }: { readonly dialog: Ref<HTMLDialogElement> }): VNode {
  const { view, go } = usePage();
  return (
    <dialog ref={dialog} class="help" aria-labelledby="help-title">
      <h2 id="help-title">Keys and searches</h2>
      <dl>
        {keys.map(({ keys: names, does }) => (
          <div key={does}>
            <dt>
              {names.map((name) => (
                <kbd key={name}>{name}</kbd>
              ))}
            </dt>
            <dd>{does}</dd>
          </div>
        ))}
      </dl>
      <label>
        <input
          type="checkbox"
          checked={view.keys}
          onChange={(event) => go({ keys: event.currentTarget.checked }, 'replace')}
        />{' '}
        Keys of one letter are on
      </label>
      <dl>
        {searches.map(({ text, finds }) => (
          <div key={text}>
            <dt>
              <code>{text}</code>
            </dt>
            <dd>{finds}</dd>
          </div>
        ))}
      </dl>
      <form method="dialog">
        <button type="submit">Close</button>
      </form>
    </dialog>
  );
}
