/** Who acts: a signed-in member, or a guest. */
export type Member = {
  kind: 'member';
  userId: string;
  sessionId: string;
  isAdmin: boolean;
  /** On a writing administrators' route: the row of the audit trail that is open for this request. */
  auditId?: string;
};
/** `staleToken`: a token was sent but is good no more; private things then answer 401, so that the client renews it. */
export type Guest = { kind: 'guest'; staleToken?: true };
export type Actor = Member | Guest;

export const guest: Guest = { kind: 'guest' };
