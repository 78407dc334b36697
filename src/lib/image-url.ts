/**
 * Whether an image may be shown from here: images are shown and never fetched by us, of other hosts over https, or one of
 * our uploads (`/static/…`, also with the address of this API before it).
 */
export function isOwnOrSecureImage(url: string, publicBaseUrl: string): boolean {
  const path = url.startsWith(`${publicBaseUrl}/`) ? url.slice(publicBaseUrl.length) : url;
  if (/^(?:\/api)?\/static\/[\w-]+(?:\.\w+)?$/.test(path)) return true;
  if (!/^https:\/\/[^\s<>"'`\\]+$/i.test(url) || !URL.canParse(url)) return false;
  const { username, password, hostname } = new URL(url);
  return username === '' && password === '' && hostname !== '';
}
