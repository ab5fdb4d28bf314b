const plain = 'text/plain; charset=utf-8';

const types: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json; charset=utf-8',
  xml: 'application/xml; charset=utf-8',
};

/** What a browser may do with a file of a report; `beginning` is how it starts. A page keeps to the policy that it was written with, all else may do nothing. */
export function headersFor(name: string, beginning: string): Readonly<Record<string, string>> {
  const ending = name.slice(name.lastIndexOf('.') + 1);
  const own = ending === 'html' ? pagePolicy(beginning) : "default-src 'none'; sandbox";
  return {
    'content-type': types[ending] ?? plain,
    'content-security-policy': `${own}; frame-ancestors 'none'`,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    // The address of the page is what lets others in.
    'referrer-policy': 'no-referrer',
    'cache-control': 'no-store',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
  };
}

function pagePolicy(page: string): string {
  const policy = /<meta http-equiv="Content-Security-Policy" content="([ -!#-~]*)">/.exec(page)?.[1];
  return policy ?? "default-src 'none'";
}
