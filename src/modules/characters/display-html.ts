import sanitizeHtml from 'sanitize-html';

/** Counted after cleaning. */
export const DISPLAY_HTML_MAX_CHARS = 1_000;

const options: sanitizeHtml.IOptions = {
  allowedTags: ['b', 'strong', 'i', 'em', 'u', 's', 'br', 'p', 'ul', 'ol', 'li', 'blockquote', 'code', 'pre', 'a'],
  allowedAttributes: { a: ['href', 'title', { name: 'target', values: ['_blank', '_self'] }, 'rel'] },
  allowedSchemes: ['http', 'https', 'mailto'],
  allowProtocolRelative: false,
  // These go with what is in them; every other tag is only unwrapped.
  nonTextTags: ['script', 'style', 'iframe', 'object', 'embed', 'noscript', 'textarea', 'option'],
  transformTags: {
    a: (tagName, { rel: _own, ...attribs }) => ({
      tagName,
      attribs:
        attribs.target === '_blank' || attribs.target === '_self'
          ? { ...attribs, rel: 'noopener noreferrer' }
          : attribs,
    }),
  },
};

/** The one HTML field of a character, with the tags and links of the contract's list and nothing else. */
export function cleanDisplayHtml(html: string): string {
  return sanitizeHtml(html, options).trim();
}
