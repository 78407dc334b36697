export type Failure = { file: string; name: string };
export type Counts = { passed: number; failed: number; skipped: number; failures: Failure[] };

const TOTALS = /<testsuites [^>]*\btests="(\d+)"[^>]*\bfailures="(\d+)"[^>]*\bskipped="(\d+)"/;
const CASE =
  /<testcase name="([^"]*)" classname="([^"]*)"[^>]*\bfile="([^"]*)"(?: line="(\d+)")?[^>]*[^/]>\s*<failure/g;
const ENTITIES: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The counts and the failed tests of a report in JUnit's format; all zero for a report that was never written. */
export function readReport(xml: string): Counts {
  const [tests = 0, failed = 0, skipped = 0] = (TOTALS.exec(xml) ?? []).slice(1).map(Number);
  const failures = [...xml.matchAll(CASE)].map(([, name = '', group = '', file = '', line]) => ({
    file: line ? `${file}:${line}` : file,
    name: decode(group ? `${group} > ${name}` : name),
  }));
  return { passed: tests - failed - skipped, failed, skipped, failures };
}

/** The line that everything ends with. */
export function countLine({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}

function decode(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
