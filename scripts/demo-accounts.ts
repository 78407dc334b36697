/** The accounts that the seed creates for trying things out; `up` shows them. Production has none of them. */
export const demoAccounts = [
  { email: 'demo@fabula.example', username: 'demo', password: 'Demo1234', isAdmin: false },
  { email: 'admin@fabula.example', username: 'admin', password: 'Admin1234', isAdmin: true },
] as const;
