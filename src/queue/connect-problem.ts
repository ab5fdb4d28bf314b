/** Why a server cannot be used, in words that say what to do. */
export interface ConnectProblem {
  /** Whoever wrote the command line has to act; else whoever runs the server. */
  readonly isUsage: boolean;
  readonly hint: string;
}

const refusals = /\b(WRONGPASS|NOAUTH|invalid password|invalid username-password|without any password configured)/i;

/** What another try would not change; `null` = it might. `code` is that of Node, where the error has one. */
export function connectProblem(message: string, code: string): ConnectProblem | null {
  if (refusals.test(message)) return { isUsage: true, hint: 'check user and password in the URL' };
  if (/DB index is out of range|invalid DB index/i.test(message))
    return { isUsage: true, hint: 'write a database that the server has, as in redis://host/0' };
  if (/\bNOPERM\b/.test(message))
    return { isUsage: false, hint: 'give the user of the queue the rights that docs/distributed.md lists' };
  if (/^(?:OOM|MISCONF|READONLY)\b/.test(message))
    return {
      isUsage: false,
      hint: 'the server takes no more data: see its memory and disk, and that it is no replica',
    };
  if (code === 'CERT_HAS_EXPIRED') return { isUsage: false, hint: 'renew the certificate of the server' };
  if (code === 'CERT_NOT_YET_VALID')
    return { isUsage: false, hint: 'check the clocks of this machine and of the one that made the certificate' };
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID')
    return { isUsage: false, hint: 'write a name in the URL that the certificate of the server is for' };
  if (/SELF_SIGNED|^UNABLE_TO|^CERT_/.test(code)) {
    return { isUsage: false, hint: 'name the file with the certificate of its CA in NODE_EXTRA_CA_CERTS' };
  }
  if (/^(?:ERR_SSL|ERR_TLS|EPROTO)/.test(code))
    return {
      isUsage: false,
      hint: 'it does not speak TLS on this port, or none that Node does: write redis://, or the port for TLS',
    };
  return null;
}
