/** Who acts: a signed-in member, or a guest. */
export type Member = { kind: 'member'; userId: string; sessionId: string; isAdmin: boolean };
/** `staleToken`: a token was sent but is good no more; private things then answer 401, so that the client renews it. */
export type Guest = { kind: 'guest'; staleToken?: true };
export type Actor = Member | Guest;

export const guest: Guest = { kind: 'guest' };
