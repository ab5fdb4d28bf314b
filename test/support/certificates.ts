import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Files of a certificate and its key. */
export interface Certificate {
  readonly cert: string;
  readonly key: string;
}

/** Certificates for a few tests, in a folder that goes with them. */
export interface Certificates extends Disposable {
  readonly ca: Certificate;
  /** Signed by `ca`, for a name of a host. */
  issue(host: string, options?: { readonly isExpired: boolean }): Certificate;
  selfSigned(host: string): Certificate;
}

/** Makes a certificate authority with openssl. */
export function makeCertificates(): Certificates {
  const dir = mkdtempSync(join(tmpdir(), 'runner-certificates-'));
  let count = 0;
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { cwd: dir, stdio: 'pipe' });
  const files = (): Certificate => {
    count += 1;
    const key = join(dir, `${count}.key`);
    openssl('ecparam', '-name', 'prime256v1', '-genkey', '-noout', '-out', key);
    return { key, cert: join(dir, `${count}.pem`) };
  };
  const selfSigned = (host: string, ...more: string[]): Certificate => {
    const made = files();
    const subject = ['-subj', `/CN=${host}`, '-days', '2'];
    openssl('req', '-x509', '-new', '-key', made.key, '-out', made.cert, ...subject, ...more);
    return made;
  };
  const ca = selfSigned('test authority');
  writeFileSync(join(dir, 'index.txt'), '');
  const config = `[ca]\ndefault_ca=own\n[own]\ndatabase=index.txt\nnew_certs_dir=.\nrand_serial=yes\ndefault_md=sha256\npolicy=any\ncopy_extensions=copy\nunique_subject=no\n[any]\ncommonName=supplied\n`;
  writeFileSync(join(dir, 'ca.cnf'), config);
  return {
    ca,
    issue(host, { isExpired } = { isExpired: false }) {
      const made = files();
      const request = join(dir, `${count}.csr`);
      const name = ['-subj', `/CN=${host}`, '-addext', `subjectAltName=DNS:${host}`];
      openssl('req', '-new', '-key', made.key, '-out', request, ...name);
      const times = isExpired ? ['-startdate', '20200101000000Z', '-enddate', '20200102000000Z'] : ['-days', '2'];
      const by = ['-config', 'ca.cnf', '-cert', ca.cert, '-keyfile', ca.key, '-notext', '-batch'];
      openssl('ca', ...by, '-in', request, '-out', made.cert, ...times);
      return made;
    },
    selfSigned: (host) => selfSigned(host, '-addext', `subjectAltName=DNS:${host}`),
    [Symbol.dispose]: () => rmSync(dir, { recursive: true, force: true }),
  };
}
