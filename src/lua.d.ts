/** Bun imports these as text (`with { type: 'text' }`). */
declare module '*.lua' {
  const source: string;
  export default source;
}
declare module '*.md' {
  const text: string;
  export default text;
}
