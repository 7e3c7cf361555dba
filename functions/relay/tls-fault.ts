/**
 * The fault of a TLS handshake by the code of its error, in words of ours: OpenSSL's and Node's texts may repeat what
 * the certificate says. Undefined for what has nothing to do with TLS.
 */
export function tlsFault(code: string | undefined): string | undefined {
  if (
    code === undefined ||
    !/^(ERR_TLS_|ERR_SSL_|ERR_OSSL_|EPROTO$|CERT_|CRL_|DEPTH_|UNABLE_TO_|SELF_SIGNED_|INVALID_|HOSTNAME_)/.test(
      code,
    )
  )
    return undefined;
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return 'the certificate is for another name';
  if (code === 'CERT_HAS_EXPIRED') return 'the certificate has expired';
  if (/SELF_SIGNED|UNABLE_TO_/.test(code)) return 'the certificate is not of a trusted authority';
  return /^(CERT|CRL|DEPTH|INVALID|HOSTNAME)_/.test(code) ? 'the certificate does not hold' : 'no handshake';
}
