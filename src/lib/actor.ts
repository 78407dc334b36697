/** Who acts: a signed-in member, or a guest. */
export type Member = { kind: 'member'; userId: string; sessionId: string; isAdmin: boolean };
export type Guest = { kind: 'guest' };
export type Actor = Member | Guest;

export const guest: Guest = { kind: 'guest' };
