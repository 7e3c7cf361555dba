/** The API's base URL where a domain is in the United States. */
export const US = 'https://api.mailgun.net';

/** The API's base URL where a domain is in the European Union. */
export const EU = 'https://api.eu.mailgun.net';
