/**
 * What a page may load and where its forms may go (CSP Level 3): nothing but the styles in it. One
 * place for the file, the pages of `serve` and the header that goes with them.
 */
const NOTHING =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action";

/** Of a report file: it has no forms. */
export const CONTENT_SECURITY_POLICY = `${NOTHING} 'none'`;

/** Of a page of `serve`: its forms go to the server itself. */
export const SITE_POLICY = `${NOTHING} 'self'`;
