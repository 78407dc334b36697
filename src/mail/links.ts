/** The front end's page that opens a verification link. */
export function verificationLink(frontendBaseUrl: string, token: string): string {
  return `${frontendBaseUrl}/verify?token=${encodeURIComponent(token)}`;
}

/** The front end's page that takes a new password. */
export function resetLink(frontendBaseUrl: string, token: string): string {
  return `${frontendBaseUrl}/reset-password?token=${encodeURIComponent(token)}`;
}

/** The front end's page that asks for a reset link. */
export function forgotPasswordLink(frontendBaseUrl: string): string {
  return `${frontendBaseUrl}/forgot-password`;
}

/** The front end's page that sells points. */
export function chargePageLink(frontendBaseUrl: string): string {
  return `${frontendBaseUrl}/ruby/charge`;
}

/** The web addresses in a text, each once, in their order. */
export function linksIn(text: string): string[] {
  return [...new Set(text.match(/https?:\/\/[^\s<>"']+/g) ?? [])];
}

/** What a mailed link would do, and the token it carries; undefined for a plain link. */
export function tokenOfLink(link: string): { action: 'verify' | 'reset'; token: string } | undefined {
  if (!URL.canParse(link)) return undefined;
  const url = new URL(link);
  const token = url.searchParams.get('token');
  if (!token) return undefined;
  if (url.pathname.endsWith('/verify')) return { action: 'verify', token };
  if (url.pathname.endsWith('/reset-password')) return { action: 'reset', token };
  return undefined;
}
