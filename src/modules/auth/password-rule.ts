/** The one password rule, wherever one is set: length, and a mix of letters and digits. */
export const PASSWORD_MIN_CHARS = 8;
export const PASSWORD_MAX_CHARS = 100;

/** Which part of the rule a password breaks, if any. */
export function passwordFault(password: string): 'length' | 'mix' | undefined {
  const chars = [...password].length;
  if (chars < PASSWORD_MIN_CHARS || chars > PASSWORD_MAX_CHARS) return 'length';
  if (!/[A-Za-z]/.test(password) || !/[0-9]/.test(password)) return 'mix';
  return undefined;
}
