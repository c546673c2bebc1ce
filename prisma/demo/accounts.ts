/** Reserved by RFC 2606: no mail ever arrives there, and whoever reads an address sees whose it is. */
export const DEMO_DOMAIN = "@demo.example";
/** No secret: where anybody but this machine reaches the application, there is no demo. */
export const DEMO_PASSWORD = "paper and ink";

export function demoEmail(key: string): string {
  return `${key}${DEMO_DOMAIN}`;
}
