/** Public. The demo exists only if no other machine reaches the application. */
export const DEMO_PASSWORD = "paper and ink";

/** RFC 2606 reserves this domain: no mail arrives. The column `demo` marks the demo's people. */
export function demoEmail(key: string): string {
  return `${key}@demo.example`;
}
