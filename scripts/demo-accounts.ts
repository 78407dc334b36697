/** Owns what the seed puts into the catalogue. */
export const author = {
  email: 'author@fabula.example',
  username: 'fabula',
  password: 'Author1234',
  isAdmin: false,
} as const;

/** The accounts that the seed creates for trying things out; `up` shows them. Production has none of them. */
export const demoAccounts = [
  { email: 'demo@fabula.example', username: 'demo', password: 'Demo1234', isAdmin: false },
  { email: 'admin@fabula.example', username: 'admin', password: 'Admin1234', isAdmin: true },
  author,
] as const;
