/** RFC 2606 reserves this domain: no mail arrives, and each address shows that it is the demo's. */
export const DEMO_DOMAIN = "@demo.example";
/** Public. The demo exists only if no other machine reaches the application. */
export const DEMO_PASSWORD = "paper and ink";

export function demoEmail(key: string): string {
  return `${key}${DEMO_DOMAIN}`;
}
